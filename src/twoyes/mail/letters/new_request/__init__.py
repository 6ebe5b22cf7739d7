"""A request lies on the connector's desk (N1)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def new_request(facts: LetterFacts) -> Composed:
    """Return the notice to the connector; link to the desk. The requester's address stays on the desk (E2)."""
    return render(
        "new_request",
        facts,
        requester=words.theirs(facts.requester_name),
        why_them=words.theirs(facts.words.get("why_them", ""), limit=40),
        ask=words.theirs(facts.words.get("ask", ""), limit=40),
    )
