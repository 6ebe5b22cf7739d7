"""Who are you, and what are you doing (K7)."""

from twoyes.policy.measures import named, says_little
from twoyes.policy.reading import Met, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# Of fewer words `too_short` has spoken.
_FEW = 4
# So many words about something tell of some trade, without a name or a number.
_SOME = 3


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where a polite nothing stands, or the other person, or nothing in particular; no list knows all trades."""
    about = told["about_me"]
    if about.is_empty:
        return ["about_me"]
    if about.has("no_who", "role") or about.size < _FEW:
        return []
    nothing, theirs = about.first("no_who", "nothing"), named(told)
    of_others = not theirs.isdisjoint(about.words[:4])
    return [Met("about_me", nothing)] if nothing or of_others or says_little(about, theirs, under=_SOME) else []


RULE = Rule(
    code="no_who",
    sentence=_("The request does not say who is asking."),
    mend=_("Two sentences are enough: what you do, and where one can see it."),
    check=check,
)
