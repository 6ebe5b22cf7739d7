"""Contacts are not worn out (A5): the one who is meant was asked not long ago. Spacing is nobody's own rule."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(_told: Told, facts: Facts) -> list[str]:
    return ["target"] if facts.not_before is not None else []


RULE = Rule(
    code="too_soon",
    sentence=_("It is too soon to ask the same person again."),
    mend=_("Approve it all the same: the ask leaves by itself when it is a fair time. Or ask them to come back."),
    check=check,
)
