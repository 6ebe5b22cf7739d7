"""Yours alone is not enough (B1): the benefit has to be the other person's too."""

from twoyes.policy.measures import named, particulars
from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# With so many particulars somebody says what they bring, whoever it is said to belong to.
_FEW = 3


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where a gain is told of the person who asks, and none of the person to be met."""
    benefit = told["benefit"]
    taking = benefit.first("one_sided", "taking")
    if not taking and particulars(benefit, named(told)) < _FEW:
        taking = benefit.first("one_sided", "mine")
    return [Met("benefit", taking)] if taking and not _gives(benefit, told) else []


def _gives(benefit: Read, told: Told) -> bool:
    return benefit.has("one_sided", "giving") or not named(told).isdisjoint(benefit.words)


RULE = Rule(
    code="one_sided",
    sentence=_("What stands under benefit is good for the person who asks, not for the person to be met."),
    mend=_("Turn it round: name what they will have after it that they did not have before."),
    check=check,
)
