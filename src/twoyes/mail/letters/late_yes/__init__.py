"""A yes after the date acts only when connector and requester confirm."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def late_yes(facts: LetterFacts) -> Composed:
    """Return the notice to the connector; link to the desk. In an offer either of the two may have said it."""
    requester, target = words.theirs(facts.requester_name), words.theirs(facts.target_name)
    first = facts.about == "first"
    asked, others = (requester, target) if first else (target, requester)
    return render("late_yes", facts, asked=asked, other=others, alone=first)
