"""What a connector's introductions became in a month: a pleasure, and words to show to others without a name (F3)."""

from collections import Counter

from twoyes.lib import spoken
from twoyes.mail.letters import words
from twoyes.mail.letters.base import Composed, LetterFacts, render
from twoyes.mail.letters.good_news import OUTCOMES


def monthly(facts: LetterFacts) -> Composed:
    """Return the letter of the 1st; link to the page of numbers, where it can be stopped."""
    lines = [
        {
            "requester": words.theirs(one.requester),
            "target": words.theirs(one.target),
            "outcome": OUTCOMES.get(one.outcome, OUTCOMES["other"]),
            "note": words.theirs(one.words),
        }
        for one in facts.news
    ]
    told = Counter(one.outcome for one in facts.news)
    return render(
        "monthly",
        facts,
        month=spoken.month(words.local(facts.month, facts.zone)) if facts.month else "",
        lines=lines,
        # As on the page: what it became before mere meetings.
        counts=[
            {"count": count, "outcome": OUTCOMES.get(code, OUTCOMES["other"])}
            for code, count in sorted(told.items(), key=lambda one: (one[0] in {"met", "scheduled"}, -one[1]))
        ],
    )
