"""What is known of whoever asks, in sentences and never a grade; and which rules were set aside, and why (K5, F4)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twoyes.introductions.front import Standing, Weighed
from twoyes.policy import front as policy
from twoyes.web.requester_words import OUTCOMES


def sentences(of: Standing) -> list[str]:
    """Say what they asked through you, what became of it, and what they gave; nothing where it is the first time."""
    told = [
        (of.requests, ngettext("They asked you once before.", "They asked you %(n)d times before.", of.requests)),
        (of.introduced, ngettext("You introduced them once.", "You introduced them %(n)d times.", of.introduced)),
        (of.open, ngettext("One more request is open.", "%(n)d more requests are open.", of.open)),
        (of.owed, ngettext("Of one they never told.", "Of %(n)d they never told.", of.owed)),
        (of.no_shows, ngettext("They missed one date.", "They missed %(n)d dates.", of.no_shows)),
        (of.answered, _answered(of.answered)),
        (of.gave, ngettext("They said yes to one of yours.", "They said yes to %(n)d of yours.", of.gave)),
    ]
    said = [sentence % {"n": n} for n, sentence in told if n]
    names = {option.value: str(option.label) for option in OUTCOMES}
    became = [names[code] for code in of.outcomes if code in names]
    return [*said, _("What they told: %(outcomes)s.") % {"outcomes": ", ".join(became)}] if became else said


def _answered(n: int) -> str:
    return ngettext("Of one missed date they told you more.", "Of %(n)d missed dates they told you more.", n)


def aside(weighed: Weighed) -> list[tuple[datetime, str, str]]:
    """Return what was set aside for this request: when, which findings in words, and the reason."""
    names = {rule.id: _(rule.name) for rule in policy.SENTENCES}
    found = {one.code: one.sentence for one in weighed.findings}
    return [
        (one.at, " ".join(found.get(code) or names.get(code, code) for code in one.codes), one.reason)
        for one in weighed.aside
    ]
