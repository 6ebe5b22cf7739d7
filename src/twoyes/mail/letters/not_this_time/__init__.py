"""No hint of the cause: a no, silence, a bounce and a wish give the same bytes (A7, quiet-no)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def not_this_time(facts: LetterFacts) -> Composed:
    """Return the final letter after an approval, from the request and the connector's list alone.

    Only where the target ticked "tell them my words" do these stand in it (`tell`, PROTOCOL quiet-no).
    """
    consolation = facts.consolation
    their_words = words.theirs(consolation.get("their_words", ""))
    instead = words.ours(consolation.get("instead", ""))
    # In an offer the reader asked for nothing that they could ask for again.
    asked_for = facts.origin != "offered"
    return render("not_this_time", facts, instead=instead, their_words=their_words, asked_for=asked_for)
