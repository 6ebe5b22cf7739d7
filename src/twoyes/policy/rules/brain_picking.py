"""No brain-picking for the price of a coffee (B2)."""

from twoyes.policy.reading import Phrases, Told, each_of
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

PICKING = Phrases(
    *each_of(("pick", "picking"), ("your", "his", "her", "their", "the"), ("brain", "brains")),
    "bounce ideas off", "bounce some ideas off", "get their thoughts on everything",
    "ask them a few things", "ask a few general questions", "hear their story", "hear her story",
    "hear his story", "löcher in den bauch fragen", "ausfragen", "ihr wissen anzapfen",
    "sein wissen anzapfen", "anzapfen", "von ihrem wissen profitieren", "von seinem wissen profitieren",
    "von ihrer erfahrung profitieren", "von seiner erfahrung profitieren", "allgemeine fragen stellen",
    "ein paar fragen stellen", "profiter de son expérience", "profiter de ses conseils",
    "profiter de ses lumières", "profiter de son savoir", "piocher dans ses idées",
    "quelques questions générales", "poser quelques questions", "puiser dans",
)  # fmt: skip
COFFEE = Phrases(
    *each_of(
        ("buy", "buy them", "buy her", "buy him", "grab", "over", "have", "for"),
        ("coffee", "a coffee", "a quick coffee"),
    ),
    "coffee chat", "virtual coffee", "quick coffee", "coffee is on me",
    "auf einen kaffee", "bei einem kaffee", "zum kaffee einladen", "kaffee ausgeben", "virtueller kaffee",
    "autour d'un café", "offrir un café", "prendre un café", "boire un café", "café virtuel",
)  # fmt: skip


def check(told: Told, _facts: Facts) -> list[str]:
    """A coffee is welcome where a question goes with it."""
    met = told.saying(PICKING, "why_them", "ask", "benefit")
    alone = "ask" not in met and "?" not in told["ask"].text and told["ask"].says(COFFEE)
    return [*met, "ask"] if alone else met


RULE = Rule(
    code="brain_picking",
    sentence=_("This asks for somebody's knowledge in general, for the price of a coffee."),
    mend=_("Ask the one question that only this person can answer, and say what you tried yourself."),
    check=check,
)
