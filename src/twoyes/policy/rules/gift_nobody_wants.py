"""A slide deck, a free course, an e-book: things people are offered all day are no benefit (B1)."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(told: Told, _facts: Facts) -> list[str]:
    return [*told.saying(("benefit",), "gift_nobody_wants", "gift")]


RULE = Rule(
    code="gift_nobody_wants",
    sentence=_("What is offered is a thing that people are sent every day."),
    mend=_("Offer what only you have: a result, an experience, a contact, an honest look at something they made."),
    check=check,
)
