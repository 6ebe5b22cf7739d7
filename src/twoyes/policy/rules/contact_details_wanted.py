"""My contact is my contact (S1): an introduction is asked for, not an address."""

from twoyes.policy.reading import PROSE, Phrases, Told, each_of
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# Give me · their · address: one of each, in this order.
WANTED = Phrases(
    *each_of(
        (
            "send me", "give me", "get me", "pass me", "forward me", "share", "can i have", "could i have",
            "may i have", "can i get", "could i get", "i need", "i want", "i would like", "i d like",
            "looking for", "do you have",
        ),
        ("his", "her", "their"),
        (
            "email", "email address", "e-mail", "mail address", "phone", "phone number", "mobile number",
            "number", "cell", "contact", "contacts", "contact details", "contact info", "contact information",
            "whatsapp",
        ),
    ),
    *each_of(
        (
            "mir", "mir bitte", "uns", "uns bitte", "ich brauche", "ich möchte", "ich hätte gern",
            "ich suche", "ich will",
        ),
        ("seine", "seinen", "ihre", "ihren", "deren"),
        (
            "e-mail", "email", "e-mail-adresse", "emailadresse", "mailadresse", "telefonnummer",
            "handynummer", "nummer", "kontakt", "kontaktdaten", "durchwahl",
        ),
    ),
    *each_of(
        (
            "me donner", "me transmettre", "me communiquer", "me passer", "m'envoyer", "donnez-moi",
            "envoyez-moi", "donne-moi", "envoie-moi", "besoin de", "je cherche", "j'aimerais avoir",
            "je voudrais", "je veux",
        ),
        ("son", "sa", "ses", "leur", "leurs"),
        (
            "adresse mail", "adresse e-mail", "adresse email", "e-mail", "email", "mail", "numéro",
            "téléphone", "coordonnées", "contact", "contacts", "portable",
        ),
    ),
)  # fmt: skip
# Where the wish itself is told, naming the thing is enough.
NAMED = Phrases(
    "the email of", "the email address of", "email address of", "phone number of", "contact details of",
    "contact information of", "contact details for", "s email address", "s phone number", "s contact details",
    "e-mail-adresse von", "mailadresse von", "telefonnummer von", "handynummer von", "kontaktdaten von",
    "adresse mail de", "adresse e-mail de", "numéro de téléphone de", "coordonnées de",
)  # fmt: skip


def check(told: Told, _facts: Facts) -> list[str]:
    fields = ("target", *PROSE)
    named = told.saying(NAMED, "target", "ask")
    return [field for field in fields if field in named or told[field].says(WANTED)]


RULE = Rule(
    code="contact_details_wanted",
    strength=Strength.BLOCKER,
    sentence=_("The request asks for an address or a number. Those are not handed out; only introductions are made."),
    mend=_("Ask to be introduced. If the other person says yes, you will have each other's address."),
    check=check,
)
