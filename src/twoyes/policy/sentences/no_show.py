"""Who does not turn up wastes the time of somebody whom the connector vouched them to (F4, F5). Shown to nobody else.

Said by either of the two; it counts once the sender had a week to answer for it, and a year at most (decision 28).
"""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Values


def check(_told: Told, facts: Facts, _values: Values) -> list[str]:
    return [""] if facts.no_shows > 0 else []


def says(_values: Values) -> list[str]:
    return [gettext("Be there when you said you would, or call it off in good time.")]


RULE = HouseRule(
    id="no_show",
    name=_("Turn up"),
    hint=_("Met by those who missed a date and did not answer for it within a week. After a year it counts no more."),
    says=says,
    check=check,
    sentence=_("They missed a date after an earlier introduction."),
    mend=_("Ask whether it was mended before you vouch for them again."),
    strength=Strength.CONCERN,
)
