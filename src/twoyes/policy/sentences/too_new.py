"""Trust is earned over time, not in a week or a day (K2). How long is the connector's secret."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values


def check(_told: Told, facts: Facts, values: Values) -> list[str]:
    if facts.known_months is None or facts.read_months < int(values["months"]):
        # Where nothing that old was read, an older letter may well exist.
        return []
    return [""] if facts.known_months < int(values["months"]) else []


def says(_values: Values) -> list[str]:
    return [gettext("I introduce people I have known for a good while.")]


RULE = HouseRule(
    id="too_new",
    name=_("We have known each other for long enough"),
    hint=_("Only you see the number: your page says it in words."),
    values=(Value("months", _("For at least so many months"), least=1, most=240, default=12),),
    says=says,
    check=check,
    sentence=_("The two of you have not known each other for long."),
    mend=_("Give it time, and ask again later: work on something together, or help somebody they know."),
    strength=Strength.CONCERN,
)
