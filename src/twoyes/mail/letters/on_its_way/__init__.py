"""You will hear by a date either way; what the target does is not in it (A7, quiet-no)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def on_its_way(facts: LetterFacts) -> Composed:
    """Return the promise of a date; link `/r/`. Raises ValueError without one: it is all that the letter says."""
    if facts.hears_by is None:
        raise ValueError("on_its_way promises a date, and there is none")
    offered = facts.origin == "offered"
    return render("on_its_way", facts, hears_by=words.day(facts.hears_by, facts.zone), offered=offered)
