"""A pause: the form says so and takes nothing; what is under way goes on."""

from __future__ import annotations

from twoyes.policy.rules.base import mark as _
from twoyes.policy.sentences.base import HouseRule, Value, nothing

RULE = HouseRule(
    id="pause",
    name=_("I take a pause"),
    hint=_("Your form takes nothing new until you take this off. What is under way goes on."),
    values=(Value("words", _("What your page says meanwhile"), required=False),),
    says=nothing,
)
