"""The first line is the requester's (F1). What cannot be seen is asked, never held against anyone."""

from twoyes.mail.letters.base import Composed, LetterFacts, other, render


def reply_now(facts: LetterFacts) -> Composed:
    """Return the one nudge to whoever writes first; it comes after the introduction and may name the other."""
    return render("reply_now", facts, other=other(facts))
