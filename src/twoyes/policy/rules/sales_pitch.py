"""No sales pitch (B2): an introduction opens a conversation, not a sale."""

from twoyes.policy.reading import Phrases, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# One of these is enough. What somebody sells is part of who they are, so it may stand under `about_me`.
PLAIN = Phrases(
    "book a demo", "schedule a demo", "give them a demo", "give her a demo", "give him a demo", "demo of our",
    "demo our", "sell them our", "sell her our", "sell him our", "sell to them", "sell our product",
    "sell our products", "sell our services", "sell our software", "sell our solution", "sell my services",
    "pitch them our", "pitch her our", "pitch him our", "pitch our product", "pitch our services",
    "pitch our solution", "pitch my services", "present our product", "present our services",
    "present our solution", "limited time offer", "special offer", "boost their sales", "boost your sales",
    "increase their revenue", "increase your revenue", "qualified leads", "become our customer",
    "become our client", "as our customer", "as our client", "win them as", "to buy our", "eine demo unserer",
    "eine demo unseres", "demo vereinbaren", "unser produkt vorstellen", "unser produkt zeigen",
    "unser produkt verkaufen", "unsere lösung vorstellen", "unsere lösung präsentieren",
    "unsere leistungen vorstellen", "unsere software verkaufen", "ihr verkaufen", "ihm verkaufen",
    "ihnen verkaufen", "als kunden gewinnen", "als kundin gewinnen", "unverbindliches angebot",
    "sonderangebot", "umsatz steigern",
    "présenter notre produit", "présenter notre solution", "présenter nos services", "démo de notre",
    "démonstration de notre", "lui vendre", "leur vendre", "vendre notre produit", "vendre notre solution",
    "vendre nos services", "offre spéciale", "offre commerciale", "devenir notre client",
    "devenir notre cliente", "augmenter votre chiffre d'affaires", "augmenter son chiffre d'affaires",
)  # fmt: skip
# The tongue of brochures: one word may slip in, three are a pitch.
BROCHURE = Phrases(
    "our solution", "our product", "our platform", "our services", "best in class", "industry leading",
    "market leading", "cutting edge", "game changer", "game changing", "cost savings", "pricing", "roi",
    "discount", "all in one", "save up to", "award winning", "customers love",
    "unsere lösung", "unser produkt", "unsere plattform", "unsere leistungen", "marktführend",
    "branchenführend", "maßgeschneidert", "kosteneinsparung", "rabatt", "sparen sie", "rundum",
    "notre solution", "notre produit", "notre plateforme", "nos services", "leader du marché", "sur mesure",
    "clé en main", "économies", "remise", "tarifs", "innovante",
)  # fmt: skip
TOO_MANY = 3
FIELDS = ("why_them", "why_now", "ask", "benefit")


def check(told: Told, _facts: Facts) -> list[str]:
    return [field for field in FIELDS if told[field].says(PLAIN) or _is_brochure(told, field)]


def _is_brochure(told: Told, field: str) -> bool:
    return len(list(told[field].meant(BROCHURE))) >= TOO_MANY


RULE = Rule(
    code="sales_pitch",
    strength=Strength.BLOCKER,
    sentence=_("This reads as a sales pitch, and nobody is introduced in order to be sold something."),
    mend=_("Ask one question that the other person may enjoy answering, or offer something that costs nothing."),
    check=check,
)
