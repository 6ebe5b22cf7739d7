"""Why now (K7): haste alone is no reason."""

from twoyes.policy.measures import named, particulars
from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# A word or two without a moment name none, in whatever language.
_FEWEST = 3


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where nothing stands, or haste without a moment: that somebody is in a hurry is no reason."""
    why_now = told["why_now"]
    if why_now.is_empty:
        return ["why_now"]
    haste = why_now.first("no_why_now", "no moment")
    exact = particulars(why_now, named(told))
    hollow = haste or why_now.size < _FEWEST or not exact
    return [Met("why_now", haste)] if hollow and not _names_a_moment(why_now) else []


def _names_a_moment(why_now: Read) -> bool:
    return why_now.has("language", "when") or why_now.has_digits


RULE = Rule(
    code="no_why_now",
    sentence=_("The request does not say why now."),
    mend=_("Name what is happening: a date, a decision, something that has just been finished."),
    check=check,
)
