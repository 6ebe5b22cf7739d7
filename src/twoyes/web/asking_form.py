"""The fields of a request, each with who will read it: on the public page, the desk's draft, and for improving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from twoyes.web.forms import Field, Option

FORMATS = (
    Option("", _("whatever suits them")),
    Option("call", _("a phone call")),
    Option("video", _("a video call")),
    Option("coffee", _("a coffee")),
    Option("meal", _("a meal")),
    Option("interview", _("an interview")),
    Option("mail", _("an exchange by mail")),
    Option("other", _("something else")),
)
LANGUAGES = tuple(Option(code, name) for code, name in settings.LANGUAGES)
_BOTH = _("%(name)s and the person you would like to meet read this.")
_ALONE = _("Only %(name)s reads this.")
_NEVER_BEFORE = _("Only %(name)s reads this, until you are introduced.")

ASKING = (
    Field("name", _("Your name"), _BOTH, required=True, autocomplete="name"),
    Field(
        "email",
        _("Your e-mail address"),
        _("A letter goes there to see that it is yours. Nobody but %(name)s has it before you are introduced."),
        "email",
        required=True,
        autocomplete="email",
    ),
    Field(
        "target",
        _("Whom would you like to meet?"),
        _("A person, a kind of person, or an organisation. Only %(name)s reads this."),
        required=True,
    ),
    Field("about_me", _("Who are you, and what are you doing?"), _BOTH, "text", required=True),
    Field("why_them", _("Why them?"), _BOTH, "text", required=True),
    Field("why_now", _("Why now?"), _BOTH, "text", rows=2),
    Field(
        "benefit",
        _("What is in it for them?"),
        _("They read this. Not for you: for them. Something they said they look for is best."),
        "text",
        required=True,
    ),
    Field("ask", _("What exactly do you ask of them?"), _BOTH, "text", required=True),
    Field("format", _("In which form?"), _BOTH, "select", FORMATS),
    Field("minutes", _("How many minutes?"), _BOTH, "number"),
    Field("by_when", _("By when?"), _BOTH),
    Field("homework", _("What do you know of them already?"), _BOTH, "text"),
    Field("how_we_know", _("How do we know each other?"), _ALONE, "text", rows=2),
    Field("link", _("A link about you or your work"), _BOTH),
    Field("phone", _("A phone number"), _NEVER_BEFORE, autocomplete="tel"),
    Field(
        "may_pass_on",
        _("You may simply pass my details on, so that they can write to me if they like."),
        _("Your name, your address and what stands above then go to them without an introduction."),
        "tick",
    ),
    Field("language", _("In which language shall I write to you?"), _ALONE, "select", LANGUAGES),
)
# What a requester may improve later: the address that was proved stays.
IMPROVING = tuple(one for one in ASKING if one.name != "email")


def asked_by(name: str, fields: Sequence[Field] = ASKING) -> tuple[Field, ...]:
    """Return the fields with the name of the connector who reads them."""
    return tuple(replace(one, reads=str(one.reads) % {"name": name}) for one in fields)


# The same fields in a word or two, for pages that show them again.
BRIEF = {
    "name": _("Name"),
    "target": _("Whom"),
    "about_me": _("Who, and doing what"),
    "why_them": _("Why them"),
    "why_now": _("Why now"),
    "benefit": _("What is in it for them"),
    "ask": _("What is asked"),
    "format": _("In which form"),
    "minutes": _("Minutes"),
    "by_when": _("By when"),
    "homework": _("What is known already"),
    "how_we_know": _("How we know each other"),
    "link": _("A link"),
    "phone": _("Phone"),
    "may_pass_on": _("Details may be passed on"),
}


def quoted(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was written as pairs of question and answer, for a page that shows it again."""
    return [(str(label), spelled(name, words[name])) for name, label in BRIEF.items() if words.get(name)]


def spelled(name: str, value: str) -> str:
    """Return an answer as it is shown: a choice by its words, a tick as yes."""
    chosen = {"format": FORMATS, "language": LANGUAGES}.get(name, ())
    known = {option.value: str(option.label) for option in chosen}
    return str(_("yes")) if name == "may_pass_on" else known.get(value, value)
