"""The code with which a connector logs in; the subject does not show it on a locked screen."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def login_code(facts: LetterFacts) -> Composed:
    """Return the letter with `facts.code`; it has no link, so nothing in it can be pressed by mistake."""
    return render("login_code", facts, code=words.one_line(facts.code))
