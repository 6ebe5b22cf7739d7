"""One question, one press (F3). What is owed is said to whoever owes it before it counts (K5)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, other, render


def what_happened(facts: LetterFacts) -> Composed:
    """Return the question about the outcome; link `/r/`. Where only details went over, nobody is named (N5)."""
    return render("what_happened", facts, other=other(facts), counts_from=words.day(facts.counts_from, facts.zone))
