"""The reason, what instead, and a warm close (N2); below it a draft to send themselves, where one is offered (N8)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render

PARTS = ("reason", "rule", "instead", "stay_in_touch", "draft")


def declined(facts: LetterFacts) -> Composed:
    """Return the connector's decline; it has no link of ours, so the connector's own may stand in it."""
    parts = {part: words.ours(facts.consolation.get(part, "")) for part in PARTS}
    return render("declined", facts, offered=facts.origin == "offered", **parts)
