"""No hint of the cause: a no, silence, a bounce and a wish give the same bytes (A7, quiet-no)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def not_this_time(facts: LetterFacts) -> Composed:
    """Return the final letter after an approval, from the request and the connector's list alone."""
    return render("not_this_time", facts, instead=words.ours(facts.consolation.get("instead", "")))
