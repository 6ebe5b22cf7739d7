"""Whom I ask has some days to answer; silence is a no (A4)."""

from __future__ import annotations

from django.utils.translation import ngettext

from twoyes.lib import limits
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values


def says(values: Values) -> list[str]:
    told = ngettext(
        "Whom I ask has %(days)d day to answer, and silence is a no.",
        "Whom I ask has %(days)d days to answer, and silence is a no.",
        int(values["days"]),
    )
    return [told % values]


RULE = HouseRule(
    id="ask_length",
    name=_("Whom I ask has time to answer"),
    hint=_("Without your own number ten days hold, and never fewer than seven."),
    values=(
        Value("days", _("So many days"), least=limits.ASK_AGE_LEAST.days, most=365, default=10, column="ask_days"),
    ),
    says=says,
)
