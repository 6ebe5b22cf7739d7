"""What a connector's introductions became in a month: a pleasure, and words to show to others without a name (F3)."""

from collections import Counter

from django.utils.formats import date_format
from django.utils.translation import pgettext

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
        month=_month(facts),
        lines=lines,
        # As on the page: what it became before mere meetings.
        counts=[
            {"count": count, "outcome": OUTCOMES.get(code, OUTCOMES["other"])}
            for code, count in sorted(told.items(), key=lambda one: (one[0] in {"met", "scheduled"}, -one[1]))
        ],
    )


def _month(facts: LetterFacts) -> str:
    if facts.month is None:
        return ""
    # Translators: how a month is written, in Django's letters: December 2026.
    return date_format(words.local(facts.month, facts.zone), pgettext("month", "F Y"))
