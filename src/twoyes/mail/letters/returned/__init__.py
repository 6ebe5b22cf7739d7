"""Improve it, with help: a clumsy request is not a bad one (N6)."""

from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render
from twoyes.policy import front as policy


def returned(facts: LetterFacts) -> Composed:
    """Return the letter that sends a request back; link `/r/`, before the connector's own words."""
    note = words.ours(facts.consolation.get("words", ""))
    return render("returned", facts, mends=_mends(facts), note=note)


def _mends(facts: LetterFacts) -> list[str]:
    """What would help with each finding named, in the reader's language."""
    codes = facts.consolation.get("codes", "").replace(",", " ").split()
    said = {**facts.words, "name": facts.requester_name, "target": facts.whom}
    mends = [words.one_line(finding.mend) for finding in policy.helps(said, codes)]
    return list(dict.fromkeys(mends))
