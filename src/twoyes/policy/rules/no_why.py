"""Why this person, and nobody else (K7)."""

from twoyes.policy.measures import anchors, named, particulars
from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# With so many particulars a reason is a reason, whatever it begins with.
_PLENTY = 6
_SOME = 2
# Of fewer words `too_short` has spoken.
_FEWEST = 4


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where nothing is said of the person to be met, or only that they are close at hand or much praised."""
    why = told["why_them"]
    if why.is_empty:
        return ["why_them"]
    theirs = named(told)
    if why.size < _FEWEST:
        return []
    if not _speaks_of_them(why, theirs):
        return ["why_them"]
    excuse, exact = why.first("no_why", "no reason"), particulars(why, theirs)
    if excuse:
        return [Met("why_them", excuse)] if exact < _PLENTY and anchors(why, theirs) < 2 else []
    return ["why_them"] if exact < _SOME and not anchors(why, theirs) else []


def _speaks_of_them(why: Read, theirs: frozenset[str]) -> bool:
    classes = (("language", "he"), ("language", "his"), ("no_why", "nobody else"))
    return not theirs.isdisjoint(why.words) or any(why.has(*each) for each in classes)


RULE = Rule(
    code="no_why",
    sentence=_("The request does not say why it has to be this person."),
    mend=_("Name what they did or know that leads you to them and to nobody else."),
    check=check,
)
