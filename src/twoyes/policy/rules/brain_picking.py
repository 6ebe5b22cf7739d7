"""No brain-picking for the price of a coffee (B2)."""

from twoyes.policy.measures import anchors, named
from twoyes.policy.reading import Met, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _


def check(told: Told, _facts: Facts) -> list[str]:
    """A coffee is welcome where a question goes with it."""
    met = [*told.saying(("why_them", "ask", "benefit"), "brain_picking", "picking")]
    ask = told["ask"]
    coffee = ask.first("brain_picking", "coffee")
    exact = "?" in ask.text or anchors(ask, named(told)) > 0 or ask.has("no_ask", "sharp")
    return [*met, Met("ask", coffee)] if coffee and not exact and "ask" not in met else [*met]


RULE = Rule(
    code="brain_picking",
    sentence=_("This asks for somebody's knowledge in general, for the price of a coffee."),
    mend=_("Ask the one question that only this person can answer, and say what you tried yourself."),
    check=check,
)
