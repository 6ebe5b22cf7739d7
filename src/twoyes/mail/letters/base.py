"""What all letters share: how one is rendered, and what a template may see.

Templates are found by translators and improved without touching code. They see cleaned words only, never the
facts themselves: a field that no letter hands over cannot slip into one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.template import Context, Engine
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from twoyes.introductions.front import Frozen, LetterFacts
from twoyes.lib import spoken
from twoyes.mail.letters import words

__all__ = ["PAGE", "Composed", "Frozen", "LetterFacts", "other", "render"]

PAGE = words.PAGE
"""Stands where the one link goes, alone on its line of the text, and in one `href` of the HTML."""

_LETTERS = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter in words, with `{page}` where its one link goes."""

    subject: str
    text: str
    html: str


def render(kind: str, facts: LetterFacts, **fields: object) -> Composed:
    """Return the letter in the language that is active.

    `fields` are what this kind may say beyond reader, connector and `whom`. Values are data: they are never
    compiled as templates (D9), and escaped in the HTML (D7).
    """
    context = {**_common(facts), **fields}
    subject = words.one_line(_rendered(f"{kind}/subject.txt", context, html=False))
    context["subject"] = subject
    text = words.paragraphs(_rendered(f"{kind}/text.txt", context, html=False))
    html = _rendered(f"{kind}/html.html", context, html=True).strip()
    return Composed(subject, f"{text}\n", f"{html}\n")


def _common(facts: LetterFacts) -> dict[str, object]:
    whom = words.theirs(facts.whom)
    nobody = _("the person I had in mind for you") if facts.origin == "offered" else _("the person you asked about")
    return {
        "language": get_language(),
        "reader": words.theirs(facts.recipient_name) or _("reader"),
        "connector": words.theirs(facts.connector_name),
        "whom": spoken.quoted(whom) if whom else nobody,
    }


def _rendered(name: str, context: Mapping[str, object], *, html: bool) -> str:
    return _engine(html=html).get_template(name).render(Context(dict(context), autoescape=html))


@cache
def _engine(*, html: bool) -> Engine:
    return Engine(
        dirs=[str(_LETTERS)], builtins=["django.templatetags.i18n", "twoyes.mail.letters.filters"], autoescape=html
    )


def other(facts: LetterFacts) -> str:
    """Return the name of the other person, as far as the reader may know it; "" where they may not."""
    return words.theirs(facts.requester_name if facts.side in {"target", "second"} else facts.target_name)
