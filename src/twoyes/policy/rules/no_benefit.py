"""What is in it for the person to be met (B1): every time, and not left to be found out."""

from twoyes.policy.measures import anchors, named, particulars
from twoyes.policy.reading import Met, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# With so many particulars something is given, whatever else is hoped.
_PLENTY = 6


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where the field is empty, or thanks and kind hopes are all that it holds."""
    benefit = told["benefit"]
    if benefit.is_empty or benefit.is_only("no_benefit", "nothing"):
        return ["benefit"]
    theirs = named(told)
    exact = particulars(benefit, theirs) + anchors(benefit, theirs)
    hope = benefit.first("no_benefit", "empty")
    if hope:
        return [Met("benefit", hope)] if exact < _PLENTY else []
    return [] if exact or benefit.has("one_sided", "giving") else ["benefit"]


RULE = Rule(
    code="no_benefit",
    sentence=_("The request does not say what is in it for the person to be met."),
    mend=_("Write what they would be glad to have: something you know, made, can show or can open to them."),
    check=check,
)
