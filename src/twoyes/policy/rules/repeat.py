"""Don't keep asking (N7): the same request was made before."""

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(_told: Told, facts: Facts) -> list[str]:
    return ["target"] if facts.is_repeat else []


RULE = Rule(
    code="repeat",
    sentence=_("This introduction was asked for before."),
    mend=_("The page of the first request says where it stands. Another introduction is welcome."),
    check=check,
)
