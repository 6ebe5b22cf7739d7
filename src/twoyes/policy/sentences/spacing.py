"""Don't wear your contacts out (A5). The protocol keeps it: it has no strength and no override."""

from __future__ import annotations

from django.utils.translation import ngettext

from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values


def says(values: Values) -> list[str]:
    told = ngettext(
        "I ask each of my contacts at most once in %(days)d day, so it may take a while.",
        "I ask each of my contacts at most once in %(days)d days, so it may take a while.",
        int(values["days"]),
    )
    return [told % values]


RULE = HouseRule(
    id="spacing",
    name=_("Each of my contacts at most every so often"),
    hint=_("Without your own number thirty days hold. Nothing overrides it."),
    values=(Value("days", _("So many days"), least=1, most=365, default=30, column="spacing_days"),),
    says=says,
)
