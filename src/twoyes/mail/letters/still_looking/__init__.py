"""It could come about now; sent only where the target permitted it (PROTOCOL, quiet-no)."""

from twoyes.mail.letters.base import Composed, LetterFacts, render


def still_looking(facts: LetterFacts) -> Composed:
    """Return the question to the requester, in their own words and without a name; link `/r/`."""
    return render("still_looking", facts, offered=facts.origin == "offered")
