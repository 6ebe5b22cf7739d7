"""Closed without a decision, said kindly (N1)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def lapsed(facts: LetterFacts) -> Composed:
    """Return the final letter of a request that ran out of time or was closed before an approval."""
    instead = words.ours(facts.consolation.get("instead", ""))
    return render("lapsed", facts, instead=instead, offered=facts.origin == "offered")
