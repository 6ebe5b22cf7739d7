"""Why now (K7): haste alone is no reason."""

from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where no date, no time of the year and no event is named."""
    why_now = told["why_now"]
    if why_now.is_empty:
        return ["why_now"]
    haste = why_now.first("no_why_now", "no moment")
    return [] if _names_a_moment(why_now) else [Met("why_now", haste)]


def _names_a_moment(why_now: Read) -> bool:
    return why_now.has("language", "when") or why_now.has_digits


RULE = Rule(
    code="no_why_now",
    sentence=_("The request does not say why now."),
    mend=_("Name what is happening: a date, a decision, something that has just been finished."),
    check=check,
)
