"""No brain-picking for the price of a coffee (B2)."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.records import Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Values


def says(_values: Values) -> list[str]:
    return [gettext("Nobody's brain is picked for the price of a coffee.")]


RULE = HouseRule(
    id="brain_picking",
    name=_("No brain-picking"),
    hint=_("Found in the words."),
    says=says,
    strength=Strength.CONCERN,
    governs=("brain_picking",),
)
