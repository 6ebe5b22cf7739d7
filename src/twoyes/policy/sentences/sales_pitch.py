"""No sales pitch (B2)."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.records import Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Values


def says(_values: Values) -> list[str]:
    return [gettext("No sales pitches.")]


RULE = HouseRule(
    id="sales_pitch",
    name=_("No sales pitches"),
    hint=_("Found in the words."),
    says=says,
    strength=Strength.BLOCKER,
    governs=("sales_pitch",),
)
