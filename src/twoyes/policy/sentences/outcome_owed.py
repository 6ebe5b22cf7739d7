"""No word, no more favours (F4): an earlier introduction was never reported on."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Values


def check(_told: Told, facts: Facts, _values: Values) -> list[str]:
    return [""] if facts.outcomes_owed > 0 else []


def says(_values: Values) -> list[str]:
    return [gettext("Tell me what happened, or it was the last time.")]


RULE = HouseRule(
    id="outcome_owed",
    name=_("Tell me what happened, or it was the last time"),
    says=says,
    check=check,
    sentence=_("What became of an earlier introduction has not been told yet."),
    mend=_("Open the page of that introduction and say in one press what happened; a line is welcome."),
    strength=Strength.CONCERN,
)
