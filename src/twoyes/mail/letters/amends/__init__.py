"""A date was missed, it is said: whoever it concerns reads it first, and may answer before it counts (K5, F5)."""

from twoyes.lib import limits
from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, other, render


def amends(facts: LetterFacts) -> Composed:
    """Return the letter to whoever missed a date; it names no one who said so. Link `/r/`."""
    until = facts.missed_at + limits.HEARD_FIRST if facts.missed_at else None
    return render("amends", facts, other=other(facts), until=words.day(until, facts.zone) if until else "")
