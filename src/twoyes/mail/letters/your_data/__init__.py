"""What is held about you: the answer to a press of one's own (E17)."""

from twoyes.mail.letters.base import Composed, LetterFacts, render


def your_data(facts: LetterFacts) -> Composed:
    """Return the way to one's own data; the data stay on the page, since mail is read by others too."""
    return render("your_data", facts)
