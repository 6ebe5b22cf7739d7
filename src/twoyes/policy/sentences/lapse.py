"""Never just ignore it (N1): I answer within some days, and am reminded before."""

from __future__ import annotations

from django.utils.translation import ngettext

from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values


def says(values: Values) -> list[str]:
    told = ngettext(
        "I answer within %(days)d day, or it lapses with a kind word.",
        "I answer within %(days)d days, or it lapses with a kind word.",
        int(values["days"]),
    )
    return [told % values]


RULE = HouseRule(
    id="lapse",
    name=_("I answer within so many days"),
    hint=_("Without your own numbers it lapses after fourteen days, and you are reminded after five."),
    values=(
        Value("days", _("So many days"), least=2, most=365, default=14, column="lapse_days"),
        Value("remind", _("Remind me after so many"), least=1, most=364, default=5, column="remind_days"),
    ),
    says=says,
)
