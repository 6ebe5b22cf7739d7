"""Is this your address? Says nothing that was typed into the form, since it may reach a stranger (D22)."""

from twoyes.mail.letters.base import Composed, LetterFacts, render


def verify(facts: LetterFacts) -> Composed:
    """Return the letter that proves an address; link `/v/`."""
    return render("verify", facts)
