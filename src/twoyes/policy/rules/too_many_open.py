"""Contacts are not worn out by one asker (A5, K5): some requests first, the next ones later."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# People ask a connector for two or three introductions a year; with two open, a third can wait.
MOST_OPEN = 2


def check(_told: Told, facts: Facts) -> list[str]:
    return [""] if facts.open_requests >= MOST_OPEN else []


RULE = Rule(
    code="too_many_open",
    sentence=_("Other requests of the same person are still open."),
    mend=_("Wait until you have heard about those, or withdraw one that matters less."),
    check=check,
)
