"""Contacts are not worn out by one asker (A5, K5): some requests first, the next ones later."""

from __future__ import annotations

from django.utils.translation import ngettext

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values


def check(_told: Told, facts: Facts, values: Values) -> list[str]:
    return [""] if facts.open_requests >= int(values["most"]) else []


def says(values: Values) -> list[str]:
    told = ngettext("At most %(most)d open request each.", "At most %(most)d open requests each.", int(values["most"]))
    return [told % values]


RULE = HouseRule(
    id="too_many_open",
    name=_("At most so many open requests each"),
    # People ask a connector for two or three introductions a year; with two open, a third can wait.
    values=(Value("most", _("Open at once"), least=1, most=20, default=2),),
    says=says,
    check=check,
    sentence=_("Other requests of the same person are still open."),
    mend=_("Wait until you have heard about those, or withdraw one that matters less."),
    strength=Strength.CONCERN,
)
