"""Let us talk first (K4)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render


def talk_first(facts: LetterFacts) -> Composed:
    """Return the invitation to a talk; link `/r/`, before the connector's own words (times, a number, a link)."""
    said = (facts.consolation.get(part, "") for part in ("words", "times"))
    return render("talk_first", facts, note=words.ours("\n\n".join(part for part in said if part)))
