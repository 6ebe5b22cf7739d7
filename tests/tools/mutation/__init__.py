"""Mutation testing: one small change at a time, and whether a test notices. `make mutants` is the door.

The changes are those of mutmut (its operators on libcst trees) and a few more (`operators.py`). mutmut's own runner is
not used: it puts a trampoline around each function, so it never changes what runs on import, and the protocol's table
is exactly that. Here a change inside a function is put into its code object in a fork of a warm pytest session, and
one outside (`table.py`, constants, fields) is imported afresh in a fork that has loaded everything but Twoyes.
"""
