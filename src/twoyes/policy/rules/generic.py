"""Words that would fit anybody, or stand in two fields (K6)."""

from twoyes.policy.reading import PROSE, Phrases, Read, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# The openings of letters to everybody.
FORM_LETTER = Phrases(
    "to whom it may concern", "dear sir or madam", "dear sirs", "hope this finds you well",
    "hope this email finds you", "came across your profile", "came across their profile",
    "came across her profile", "came across his profile", "sehr geehrte damen und herren", "an alle",
    "bin auf ihr profil gestoßen", "bin auf sein profil gestoßen", "a qui de droit", "madame monsieur",
    "je suis tombé sur son profil", "je suis tombée sur son profil", "je suis tombé sur votre profil",
    "je suis tombée sur votre profil",
)  # fmt: skip
PRAISE = Phrases(
    "thought leader", "inspiring", "inspiration", "impressive", "admire", "great network", "well connected",
    "an expert in the field", "an expert in their field", "industry leader", "expand my network",
    "grow my network", "interesting profile", "interesting person",
    "inspirierend", "beeindruckend", "beeindruckende", "beeindruckendes", "bewundere", "großes netzwerk",
    "gut vernetzt", "experte auf seinem gebiet", "expertin auf ihrem gebiet", "mein netzwerk erweitern",
    "spannendes profil", "interessantes profil", "spannende person", "interessante person",
    "inspirant", "inspirante", "impressionnant", "impressionnante", "j'admire", "grand réseau",
    "bien connecté", "bien connectée", "expert dans son domaine", "experte dans son domaine",
    "leader d'opinion", "élargir mon réseau", "profil intéressant", "personne intéressante",
)  # fmt: skip
# Praise that goes on for longer than this usually arrives at a reason.
_PRAISE_ALONE = 18
# Short answers may well be alike.
_COPIED_FROM = 6


def check(told: Told, _facts: Facts) -> list[str]:
    letter, copied = told.saying(FORM_LETTER, *PROSE), _copied(told)
    praised = ["why_them"] if _is_praise_alone(told["why_them"]) else []
    return [field for field in PROSE if field in (*letter, *praised, *copied)]


def _is_praise_alone(why: Read) -> bool:
    exact = any(char.isdecimal() for char in why.folded)
    return why.size <= _PRAISE_ALONE and not exact and why.says(PRAISE)


def _copied(told: Told) -> list[str]:
    """The fields that say what an earlier one said."""
    seen: set[tuple[str, ...]] = set()
    again = []
    for field in PROSE:
        words = told[field].words
        if len(words) >= _COPIED_FROM and words in seen:
            again.append(field)
        seen.add(words)
    return again


RULE = Rule(
    code="generic",
    sentence=_("These words would fit anybody, or stand here twice."),
    mend=_("Name the one talk, paper, product or remark of theirs that your question comes from."),
    check=check,
)
