"""The ready words of a kind no (N2): by reason, tone and language, with a consolation and a warm close.

The words are data, one file a language beside this one, for whoever speaks it to improve; here stands what may be
chosen, what is suggested first, and how the places in the words are filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.dates import MONTHS

REASONS = ("not_known", "target_not_known", "not_a_fit", "no_benefit", "too_soon", "my_rule", "not_said")
TONES = ("direct", "indirect")
LANGUAGES = ("en", "de", "fr", "es")
CONSOLATIONS = ("another", "earn", "come_back", "write_yourself", "resource")

# What goes with a reason where nothing else is chosen: each stands on its own, without a word typed.
USUAL: Mapping[str, str] = {"not_known": "earn", "too_soon": "come_back"}
_OTHERWISE = "another"
# What the findings of a request suggest. A wish of the target is nobody's to hear of, and gives no reason (S1).
_SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "not_known": ("not_known", "too_new", "too_few_weeks", "talk_first"),
    "no_benefit": ("no_benefit", "one_sided", "gift_nobody_wants"),
    "too_soon": ("too_soon",),
    "my_rule": ("sales_pitch", "brain_picking", "outcome_owed", "no_show", "too_many_open", "contact_details_wanted"),
    "not_a_fit": ("big_ask", "generic", "no_why", "self"),
    "not_said": ("against_wishes", "suspicious"),
}
_PLACE = re.compile(r"\{([a-z_]+)\}")
_ADDRESS = re.compile(r"\S*@\S*")
# A message that is read, and a text that a form takes back.
_DRAFT_WORDS = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """What a connector chose: a reason, a tone, a language, a consolation, and what that consolation needs."""

    why: str
    tone: str = "direct"
    language: str = "en"
    consolation: str = ""
    come_back: date | None = None
    resource: str = ""


@dataclass(frozen=True, slots=True)
class ReadyNo:
    """The three parts in words, and a message to send oneself where that was chosen; each may be changed."""

    reason: str = ""
    instead: str = ""
    stay_in_touch: str = ""
    draft: str = ""


@dataclass(frozen=True, slots=True)
class _Words:
    reasons: Mapping[str, Mapping[str, Mapping[str, str]]]
    instead: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    draft: str = field(repr=False)


def ready_no(choice: Choice, said: Mapping[str, str]) -> ReadyNo:
    """Return the words of a choice; `said` is the request, which gives `{whom}` and the draft their words.

    What needs something that is missing (a date, a line of the list, a reason) stays empty. Raises KeyError for a
    reason, tone or consolation that does not exist.
    """
    words = _words(language_of(choice.language))
    places = {"whom": _quoted(words, said.get("target", "")), "resource": choice.resource}
    if choice.come_back is not None:
        places["date"] = spoken_date(choice.come_back, choice.language)
    parts = words.reasons[choice.why][choice.tone] if choice.why else {"reason": "", "close": ""}
    instead = words.instead[choice.consolation][choice.tone] if choice.consolation else ""
    return ReadyNo(
        reason=_filled(parts["reason"], places),
        instead=_filled(instead, places),
        stay_in_touch=_filled(parts["close"], places),
        draft=ready_draft(said, choice.language) if choice.consolation == "write_yourself" else "",
    )


def ready_draft(said: Mapping[str, str], language: str) -> str:
    """Return a message that the requester can send themselves, made of their own words (N8).

    No address stands in it, whoever wrote one into the request; a part without words is left out.
    """
    places = {name: _without_address(said.get(name, "")) for name in ("name", "about_me", "why_them", "benefit", "ask")}
    paragraphs = _words(language_of(language)).draft.strip().split("\n\n")
    kept = [one for one in paragraphs if not _PLACE.search(one) or any(places.get(n) for n in _PLACE.findall(one))]
    return "\n\n".join(_filled(one, places).strip() for one in kept)


def has_address(text: str) -> bool:
    """Say whether a mail address, or what may be one, stands in a text."""
    return _ADDRESS.search(text) is not None


def suggested_reasons(codes: Iterable[str]) -> tuple[str, ...]:
    """Return every reason, those first that these findings suggest, in the order of the findings."""
    found = [why for code in codes for why, of in _SUGGESTED.items() if code in of]
    return tuple(dict.fromkeys([*found, *REASONS]))


def usual_consolation(why: str) -> str:
    """Return the consolation that goes with a reason until another is chosen; none of them needs a typed word."""
    return USUAL.get(why, _OTHERWISE)


def language_of(language: str) -> str:
    """Return the language of the ready words that is meant by `language`, such as de for de-AT; else English."""
    spoken = language.lower().partition("-")[0]
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def spoken_date(day: date, language: str) -> str:
    """Return a day as it is written in a letter of one of the four languages, whatever the house speaks."""
    names = _words(language_of(language)).names
    number = names.get("first_of_month", "1") if day.day == 1 else str(day.day)
    with translation.override(language_of(language)):
        month = str(MONTHS[day.month])
    return _filled(names["date"], {"day": number, "month": month, "year": str(day.year)})


def _filled(text: str, places: Mapping[str, str]) -> str:
    # In one pass: what somebody wrote is never read as a place again.
    return _PLACE.sub(lambda found: places.get(found[1], ""), text)


def _quoted(words: _Words, whom: str) -> str:
    return _filled(words.names["quotes"], {"words": " ".join(whom.split())})


def _without_address(text: str) -> str:
    kept = " ".join(_ADDRESS.sub("", text).split()).split(" ")
    return " ".join(kept[:_DRAFT_WORDS]) + ("…" if len(kept) > _DRAFT_WORDS else "")


@cache
def _words(language: str) -> _Words:
    # Read when the first no is written, not when the house starts.
    import tomllib

    read: dict[str, Any] = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text("utf-8"))
    return _Words(read["reasons"], read["instead"], read["names"], read["draft"]["text"])
