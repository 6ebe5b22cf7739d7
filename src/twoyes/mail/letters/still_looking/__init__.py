"""It could come about now: sent where the target permitted it, or on the day that a kind no named (PROTOCOL)."""

from twoyes.mail.letters.base import Composed, LetterFacts, render


def still_looking(facts: LetterFacts) -> Composed:
    """Return the question to the requester, in their own words and without a name; link `/r/`."""
    named = bool(facts.consolation.get("come_back"))
    return render("still_looking", facts, offered=facts.origin == "offered", named=named)
