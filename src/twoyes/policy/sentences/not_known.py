"""I do not introduce people I don't know (K1). What no source could show is not known to be missing."""

from __future__ import annotations

from django.utils.translation import gettext

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Values


def check(_told: Told, facts: Facts, _values: Values) -> list[str]:
    return [""] if facts.known is False else []


def says(_values: Values) -> list[str]:
    return [gettext("I introduce people I know: my word is what the other side relies on.")]


RULE = HouseRule(
    id="not_known",
    name=_("I know you"),
    hint=_("Met where your mail, your calendar or your own word would show it, and do not."),
    says=says,
    check=check,
    sentence=_("The two of you do not know each other yet, as far as it can be seen."),
    mend=_("Say how you know each other. Or let it grow: answer something they wrote, help somebody they know."),
    strength=Strength.CONCERN,
)
