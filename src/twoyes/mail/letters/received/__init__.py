"""Your request has arrived; nobody else hears of it yet (N1)."""

from twoyes.mail.letters.base import Composed, LetterFacts, render


def received(facts: LetterFacts) -> Composed:
    """Return the receipt for a proved request; link `/r/`."""
    return render("received", facts)
