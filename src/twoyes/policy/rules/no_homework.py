"""Do your homework: what is known already of the person to be met (K6)."""

from twoyes.policy.measures import anchors, named, particulars
from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

_FEW = 2


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where nothing was read, watched or tried; where everybody looks first is not homework yet."""
    homework = told["homework"]
    if homework.is_empty or homework.is_only("no_homework", "only"):
        return ["homework"]
    if _is_done(homework):
        return []
    none, theirs = homework.first("no_homework", "none"), named(told)
    exact = particulars(homework, theirs) + anchors(homework, theirs)
    return [Met("homework", none)] if none or exact < _FEW else []


def _is_done(homework: Read) -> bool:
    """Whether something was read or tried; "I have heard a lot of good" is within what says the contrary."""
    none = homework.hits("no_homework", "none")
    done = homework.hits("no_homework", "done")
    return any(not any(each.start <= span.start and span.end <= each.end for each in none) for span in done)


RULE = Rule(
    code="no_homework",
    sentence=_("The request does not show what is already known of this person."),
    mend=_("Say what you read, watched or tried first, and which question it left open."),
    check=check,
)
