"""Contacts are not worn out (A5): whom somebody would like to meet was asked about others not long ago."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(_told: Told, facts: Facts) -> list[str]:
    return [""] if facts.too_soon else []


RULE = Rule(
    code="too_soon",
    sentence=_("It is too soon to ask this person again."),
    mend=_("Wait for the time that stands beside it, or say so kindly."),
    check=check,
)
