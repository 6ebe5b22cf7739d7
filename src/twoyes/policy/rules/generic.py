"""Words that would fit anybody, or stand in two fields (K6)."""

from twoyes.policy.measures import anchors, named, particulars
from twoyes.policy.reading import PROSE, Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# Praise that comes with so many particulars has arrived at a reason.
_PLENTY = 4
# Short answers may well be alike.
_COPIED_FROM = 6


def check(told: Told, _facts: Facts) -> list[str]:
    """Met by the openings of letters to everybody, by praise without a reason, and by what stands twice."""
    theirs = named(told)
    met: dict[str, Met] = {field: Met(field) for field in _copied(told)}
    if _is_praise_alone(told["why_them"], theirs):
        met["why_them"] = Met("why_them", told["why_them"].first("generic", "praise"))
    met.update((str(each), each) for each in told.saying(PROSE, "generic", "letter"))
    return [met[field] for field in PROSE if field in met]


def _is_praise_alone(why: Read, theirs: frozenset[str]) -> bool:
    if why.is_empty or anchors(why, theirs):
        return False
    return why.says("generic", "praise") and particulars(why, theirs) < _PLENTY


def _copied(told: Told) -> list[str]:
    """The fields that say what an earlier one said."""
    seen: set[tuple[str, ...]] = set()
    again = []
    for field in PROSE:
        words = told[field].words
        if len(words) >= _COPIED_FROM and words in seen:
            again.append(field)
        seen.add(words)
    return again


RULE = Rule(
    code="generic",
    sentence=_("These words would fit anybody, or stand here twice."),
    mend=_("Name the one talk, paper, product or remark of theirs that your question comes from."),
    check=check,
)
