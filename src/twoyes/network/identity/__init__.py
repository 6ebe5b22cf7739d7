"""Who is the same person: pure rules over names and addresses. No framework, no database, no other room.

`finding.find` takes people as plain values and says which are one person by a rule that may join by itself, and which
may be, so that somebody is asked. docs/decisions/0019-who-is-the-same-person.md says how each rule was measured.
"""
