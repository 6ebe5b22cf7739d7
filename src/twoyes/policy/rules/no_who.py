"""Who are you, and what are you doing (K7)."""

from twoyes.policy.measures import anchors, named, particulars
from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# Of fewer words `too_short` has spoken.
_FEW = 4
# With fewer particulars nobody said who they are.
_FEWEST = 2


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where a polite nothing stands instead, or the other person. What trades there are no list knows."""
    about = told["about_me"]
    if about.is_empty:
        return ["about_me"]
    if about.size < _FEW:
        return []
    if _is_of_others(about):
        return ["about_me"]
    if about.has("no_who", "role"):
        return []
    nothing, theirs = about.first("no_who", "nothing"), named(told)
    exact = particulars(about, theirs) + anchors(about, theirs)
    of_them = not theirs.isdisjoint(about.words[:4])
    return [Met("about_me", nothing)] if nothing or of_them or exact < _FEWEST else []


def _is_of_others(about: Read) -> bool:
    """Whether it begins with somebody else and never comes to the person who asks."""
    begins = Read(" ".join(about.words[:1]), about.languages)
    return begins.has("language", "they") and not about.has("language", "mine")


RULE = Rule(
    code="no_who",
    sentence=_("The request does not say who is asking."),
    mend=_("Two sentences are enough: what you do, and where one can see it."),
    check=check,
)
