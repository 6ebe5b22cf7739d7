"""Why now (K7): haste alone is no reason."""

from twoyes.policy.reading import Phrases, Told
from twoyes.policy.records import Facts
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

HASTE = Phrases(
    "asap", "as soon as possible", "now", "urgent", "it is urgent", "soon", "whenever", "any time", "anytime",
    "no reason", "no particular reason", "why not", "just because", "no rush",
    "jetzt", "sofort", "so bald wie möglich", "so schnell wie möglich", "dringend", "jederzeit", "eilt",
    "es eilt", "kein besonderer grund", "warum nicht", "bald", "irgendwann",
    "maintenant", "dès que possible", "le plus vite possible", "urgent", "c'est urgent", "n'importe quand",
    "pourquoi pas", "bientôt", "sans raison", "pas de raison particulière",
)  # fmt: skip


def check(told: Told, _facts: Facts) -> list[str]:
    why_now = told["why_now"]
    return ["why_now"] if why_now.is_empty or why_now.is_only(HASTE) else []


RULE = Rule(
    code="no_why_now",
    sentence=_("The request does not say why now."),
    mend=_("Name what is happening: a date, a decision, something that has just been finished."),
    check=check,
)
