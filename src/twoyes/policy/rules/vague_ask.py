"""What exactly is asked, and for how long (K7): a question that can be answered with a yes or a no."""

from twoyes.policy.measures import named, particulars
from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# To read a letter needs no minutes.
WITHOUT_MINUTES = ("mail", "other")
# An ask with so many particulars says what it is about.
_PLENTY, _FEW = 6, 2
# With a question, or a length, a vague word has to be nearly all there is.
_HARDLY_ANY = 3


def check(told: Told, _facts: Facts) -> list[str]:
    """Met where neither a question nor a length nor particulars say what is asked, or minutes stand nowhere."""
    ask = told["ask"]
    if ask.is_empty:
        return []
    vague = _vague(ask, named(told))
    if vague is not None:
        return [vague]
    timed = told["minutes"].words or ask.has_digits or ask.has("language", "time")
    return [] if timed or told["format"].text in WITHOUT_MINUTES else ["minutes"]


def _vague(ask: Read, theirs: frozenset[str]) -> Met | None:
    phrase, exact = ask.first("vague_ask", "vague"), particulars(ask, theirs)
    vaguer = len({span.line for span in ask.hits("vague_ask", "vague")}) > 1
    if "?" in ask.text or ask.has("language", "time") or ask.has("vague_ask", "sharp"):
        return Met("ask", phrase) if phrase and exact < _HARDLY_ANY else None
    return Met("ask", phrase) if vaguer or exact < (_PLENTY if phrase else _FEW) else None


RULE = Rule(
    code="vague_ask",
    sentence=_("It stays open what exactly is asked, or for how many minutes."),
    mend=_("Name one question or one decision, the form, and the minutes: a video call, 20 minutes, about which."),
    check=check,
)
