"""An introduction that nobody asked about: what happened, that nothing is owed, and three ready answers (S3)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def guard_answer(facts: LetterFacts) -> Composed:
    """Return the answer to what was forwarded; the one link is the connector's own page, to be passed on."""
    by, others = (words.theirs(facts.said.get(name, ""), limit=12) for name in ("by", "others"))
    return render("guard_answer", facts, by=by, others=others)
