"""No word, no more favours (F4): an earlier introduction was never reported on."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(_told: Told, facts: Facts) -> list[str]:
    return [""] if facts.outcomes_owed > 0 else []


RULE = Rule(
    code="outcome_owed",
    sentence=_("What became of an earlier introduction has not been told yet."),
    mend=_("Open the page of that introduction and say in one press what happened; a line is welcome."),
    check=check,
)
