"""No brain-picking for the price of a coffee (B2)."""

from twoyes.policy.measures import anchors, named, particulars
from twoyes.policy.reading import Met, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# What one sits down to; a few particulars tell what is talked of there.
_SOME = 8


def check(told: Told, _facts: Facts) -> list[str]:
    """A coffee is welcome where a question goes with it."""
    met: list[str] = [*told.saying(("why_them", "ask", "benefit"), "brain_picking", "picking")]
    ask, theirs = told["ask"], named(told)
    if "ask" in met or ask.is_empty or "?" in ask.text or anchors(ask, theirs) or ask.has("vague_ask", "sharp"):
        return met
    theme = ask.first("brain_picking", "theme")
    if theme and particulars(ask, theirs) < _SOME:
        return [*met, Met("ask", theme)]
    coffee = "" if ask.has("language", "time") else ask.first("brain_picking", "coffee")
    return [*met, Met("ask", coffee)] if coffee else met


RULE = Rule(
    code="brain_picking",
    sentence=_("This asks for somebody's knowledge in general, for the price of a coffee."),
    mend=_("Ask the one question that only this person can answer, and say what you tried yourself."),
    check=check,
)
