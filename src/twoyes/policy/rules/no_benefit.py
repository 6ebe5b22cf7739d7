"""What is in it for the person to be met (B1): every time, and not left to be found out."""

from twoyes.policy.reading import Phrases, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

LEFT_OPEN = Phrases(
    "a coffee", "coffee", "a nice chat", "a good conversation", "networking", "a new contact", "my gratitude",
    "tbd", "to be discussed", "we will see", "my company", "good karma", "exposure",
    "ein kaffee", "kaffee", "ein nettes gespräch", "ein gutes gespräch", "ein neuer kontakt",
    "meine dankbarkeit", "wird sich zeigen", "noch offen", "networking", "gutes karma",
    "un café", "café", "une bonne conversation", "une belle rencontre", "un nouveau contact", "ma gratitude",
    "à discuter", "à voir", "on verra", "réseautage",
)  # fmt: skip


def check(told: Told, _facts: Facts) -> list[str]:
    benefit = told["benefit"]
    return ["benefit"] if benefit.is_empty or benefit.is_only(LEFT_OPEN) else []


RULE = Rule(
    code="no_benefit",
    sentence=_("The request does not say what is in it for the person to be met."),
    mend=_("Write what they would be glad to have: something you know, made, can show or can open to them."),
    check=check,
)
