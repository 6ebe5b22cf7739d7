"""A place or two a month for people whom the connector does not know yet: taken when a request reaches the desk."""

from __future__ import annotations

from django.utils.translation import ngettext

from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, Values


def says(values: Values) -> list[str]:
    told = ngettext(
        "I keep %(places)d place a month for people I don't know yet.",
        "I keep %(places)d places a month for people I don't know yet.",
        int(values["places"]),
    )
    return [told % values]


RULE = HouseRule(
    id="places",
    name=_("I keep places for people I don't know yet"),
    hint=_("When none is free, the request goes back kindly, with the day on which the next one opens."),
    values=(Value("places", _("So many a month"), least=1, most=50, default=1),),
    says=says,
)
