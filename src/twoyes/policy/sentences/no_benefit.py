"""There is a benefit to the target, every time; yours alone is not enough (B1)."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.records import Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Values


def says(_values: Values) -> list[str]:
    return [gettext("Tell me what is in it for them. What helps only you I do not pass on.")]


RULE = HouseRule(
    id="no_benefit",
    name=_("What is in it for them"),
    hint=_("Found in the words: no benefit to them, one to the sender alone, or a gift that nobody wants."),
    says=says,
    strength=Strength.CONCERN,
    governs=("no_benefit", "one_sided", "gift_nobody_wants"),
)
