"""A burst of ten mails yesterday is not ten mails over a year: only weeks in which the connector wrote count (K2)."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values

_WEEKS_A_MONTH = 4


def check(_told: Told, facts: Facts, values: Values) -> list[str]:
    if facts.weeks is None or facts.read_months * _WEEKS_A_MONTH < int(values["weeks"]):
        # In less time than that nobody can be seen in so many weeks.
        return []
    return [""] if facts.weeks < int(values["weeks"]) else []


def says(_values: Values) -> list[str]:
    return [gettext("We have been in touch again and again, not only this week.")]


RULE = HouseRule(
    id="too_few_weeks",
    name=_("We are in touch again and again"),
    hint=_("Only weeks in which you wrote to them count. Only you see the number."),
    values=(Value("weeks", _("In at least so many different weeks"), least=1, most=200, default=5),),
    says=says,
    check=check,
    sentence=_("The two of you have not been in touch often so far."),
    mend=_("Let a conversation grow first: answer something they wrote, or tell them what came of it."),
    strength=Strength.CONCERN,
)
