"""Too little to weigh (K7): each part needs a sentence."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# The fewest words that can be a sentence about this.
LEAST = {"about_me": 6, "why_them": 6, "why_now": 4, "ask": 6, "benefit": 5, "homework": 4}


def check(told: Told, _facts: Facts) -> list[str]:
    return [field for field, least in LEAST.items() if not told[field].is_empty and told[field].size < least]


RULE = Rule(
    code="too_short",
    sentence=_("This is too short to be weighed."),
    mend=_("One or two whole sentences; those who decide do not know what you know."),
    check=check,
)
