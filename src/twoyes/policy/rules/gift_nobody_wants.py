"""A slide deck, a free course, an e-book: things people are offered all day are no benefit (B1)."""

from twoyes.policy.reading import Phrases, Told, each_of
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

GIFTS = Phrases(
    *each_of(
        ("free", "complimentary"),
        (
            "course", "webinar", "trial", "copy", "consultation", "audit", "session", "ebook", "e-book",
            "account", "month",
        ),
    ),
    "slide deck", "pitch deck", "our deck", "my deck", "e-book", "ebook", "white paper", "whitepaper",
    "brochure", "voucher", "gift card", "discount", "coupon", "swag", "t-shirt", "subscribe to",
    "online course", "kostenloser kurs", "kostenlosen kurs", "gratis kurs", "kostenlose beratung",
    "kostenlose erstberatung", "kostenloser zugang", "kostenlosen zugang", "kostenlose testversion",
    "probemonat", "gutschein", "rabatt", "rabattcode", "broschüre", "foliensatz", "unsere präsentation",
    "online-kurs", "werbegeschenk", "cours gratuit", "essai gratuit", "consultation gratuite",
    "audit gratuit", "accès gratuit", "mois gratuit", "livre blanc", "livre numérique", "bon d'achat",
    "bon de réduction", "code promo", "une remise", "plaquette", "notre présentation",
    "formation en ligne", "carte cadeau",
)  # fmt: skip


def check(told: Told, _facts: Facts) -> list[str]:
    return told.saying(GIFTS, "benefit")


RULE = Rule(
    code="gift_nobody_wants",
    sentence=_("What is offered is a thing that people are sent every day."),
    mend=_("Offer what only you have: a result, an experience, a contact, an honest look at something they made."),
    check=check,
)
