"""What I introduce for, and what not: subjects in the connector's own words."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.reading import PROSE, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values
from twoyes.policy.sentences.naming import named


def check(told: Told, _facts: Facts, values: Values) -> list[str]:
    unwelcome = [one for one in str(values["unwelcome"]).replace("\n", ",").split(",") if one.strip()]
    return [field for field in ("target", *PROSE) if any(named(one, told[field]) for one in unwelcome)]


def says(values: Values) -> list[str]:
    told = {
        "welcome": gettext("What I like to introduce for: %(topics)s"),
        "unwelcome": gettext("What I do not introduce for: %(topics)s"),
    }
    return [said % {"topics": values[name]} for name, said in told.items() if values[name]]


RULE = HouseRule(
    id="topics",
    name=_("What I introduce for, and what not"),
    hint=_("Parted by commas. Your page says both."),
    values=(
        Value("welcome", _("I introduce for"), required=False),
        Value("unwelcome", _("I do not introduce for"), required=False),
    ),
    says=says,
    check=check,
    sentence=_("It is about something for which no introductions are made here."),
    mend=_("The page says what introductions are made for. Somebody else may be nearer to this."),
    strength=Strength.CONCERN,
)
