"""The connector handed over the requester's details; the target decides what happens next (N5)."""

from twoyes.mail.letters.base import Composed, LetterFacts, render


def passed_on(facts: LetterFacts) -> Composed:
    """Return the final letter of a request whose details the connector passed on."""
    return render("passed_on", facts)
