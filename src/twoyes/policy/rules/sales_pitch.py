"""No sales pitch (B2): an introduction opens a conversation, not a sale."""

from twoyes.policy.reading import Met, Read, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# What somebody sells is part of who they are, so it may stand under `about_me`.
FIELDS = ("why_them", "why_now", "ask", "benefit")
# The tongue of brochures: one word may slip in, three are a pitch.
TOO_MANY = 3
# So do words of trade, one of which is the sender's own.
TRADE = 3


def check(told: Told, _facts: Facts) -> list[str]:
    quotes = {field: _pitch(told[field]) for field in FIELDS}
    return [Met(field, quote) for field, quote in quotes.items() if quote]


def _pitch(read: Read) -> str:
    trade = _many(read, "trade", TRADE) if read.says("sales_pitch", "own") else ""
    return read.first("sales_pitch", "plain") or _many(read, "brochure", TOO_MANY) or trade


def _many(read: Read, heading: str, least: int) -> str:
    met = {read.quote(span).casefold(): read.quote(span) for span in read.hits("sales_pitch", heading)}
    return ", ".join(met.values()) if len(met) >= least else ""


RULE = Rule(
    code="sales_pitch",
    strength=Strength.BLOCKER,
    sentence=_("This reads as a sales pitch, and nobody is introduced in order to be sold something."),
    mend=_("Ask one question that the other person may enjoy answering, or offer something that costs nothing."),
    check=check,
)
