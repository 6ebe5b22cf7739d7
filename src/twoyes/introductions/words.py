"""What people write, cleaned at the door of the room: every field is checked, and all errors are told at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from twoyes.introductions.records import FORMATS, VOUCH_LEVELS
from twoyes.lib import addresses, spoken, text
from twoyes.lib.errors import Refused

_LINE, _LONG = 200, 2000
REQUIRED = ("name", "email", "target", "about_me", "why_them", "benefit", "ask")
_ONE_LINE = ("name", "target", "by_when", "link", "phone")
_APPROVAL_LINES = ("vouch", "why_requester", "why_target", "personal_line")


class BadFields(Refused):
    """Some fields cannot be taken as they are. `errors` maps each field to its code and sentence."""

    def __init__(self, errors: Mapping[str, tuple[str, str]]) -> None:
        field, (code, sentence) = next(iter(errors.items()))
        super().__init__(code, sentence)
        self.field, self.errors = field, dict(errors)


class _Cleaning:
    def __init__(self, fields: Mapping[str, object]) -> None:
        self.fields, self.errors, self.clean = fields, {}, {}  # type: tuple[Mapping[str, object], dict[str, tuple[str, str]], dict[str, str]]

    def raw(self, name: str) -> str:
        value = self.fields.get(name, "")
        return (
            value
            if isinstance(value, str)
            else ("yes" if value is True else "" if value in {None, False} else str(value))
        )

    def take(self, name: str, how: Callable[[str], str], *, required: bool = False) -> None:
        try:
            value = how(self.raw(name))
        except Refused as error:
            self.errors[name] = (error.code, error.sentence)
            return
        if required and not value:
            self.errors[name] = ("required", _("Please fill this in."))
        self.clean[name] = value

    def choose(self, name: str, among: tuple[str, ...], default: str) -> None:
        value = self.raw(name) or default
        if value not in among:
            self.errors[name] = ("choice", _("Please choose one of the options."))
        self.clean[name] = value

    def done(self) -> dict[str, str]:
        if self.errors:
            raise BadFields(self.errors)
        return self.clean


def line(limit: int = _LINE) -> Callable[[str], str]:
    # Every door says which field it speaks of, in its own words: a label, an option, a key.
    return lambda raw: text.one_line(raw, limit=limit, field=_("This"))


def lines(limit: int = _LONG) -> Callable[[str], str]:
    return lambda raw: text.many_lines(raw, limit=limit, field=_("This"))


def minutes(raw: str) -> str:
    """Return a length of time as whole minutes, or "". Raises Refused `minutes`."""
    said = line()(raw)
    if said and not (re.fullmatch(r"[0-9]{1,3}", said) and int(said)):
        raise Refused("minutes", _("Write the minutes as a number, such as 20."))
    return said


def clean_request(fields: Mapping[str, object], *, needs_address: bool = True) -> dict[str, str]:
    """Return the fields of a request, cleaned. Raises `BadFields`.

    A draft that came by phone may lack an address; everything else that is missing is screening's to say.
    """
    form = _Cleaning(fields)
    for name in _ONE_LINE:
        form.take(name, line(), required=name in REQUIRED)
    for name in ("about_me", "why_them", "why_now", "benefit", "ask", "homework", "how_we_know"):
        form.take(name, lines(), required=name in REQUIRED and needs_address)
    form.take("minutes", minutes)
    form.take("email", lambda raw: addresses.parse(raw) if raw.strip() else "", required=needs_address)
    form.choose("format", ("", *FORMATS), "")
    form.clean["may_pass_on"] = "yes" if form.raw("may_pass_on") in {"yes", "on", "true", "1"} else ""
    form.take("language", line(16))
    form.clean["language"] = form.clean.get("language") or "en"
    return form.done()


def clean_approval(fields: Mapping[str, object], *, prefixes: tuple[str, ...] = _APPROVAL_LINES) -> dict[str, str]:
    """Return the connector's words, cleaned. One first-hand sentence is required (K3, N4). Raises `BadFields`."""
    form = _Cleaning(fields)
    for name in prefixes:
        form.take(name, lines(600), required=name == "vouch")
    form.choose("vouch_level", VOUCH_LEVELS, "know")
    form.choose("channel", ("relay", "by_hand"), "relay")
    form.choose("mode", ("thread", "hand_off"), "thread")
    form.clean["blind"] = "yes" if form.raw("blind") in {"yes", "on", "true", "1"} else ""
    return form.done()


def part_of_month(day: date) -> str:
    """Return a day as `pairs.roughly` gives it in words, as in "early December 2026"."""
    named = {"month": spoken.month(day)}
    if day.day == 1:
        return _("early %(month)s") % named
    return (_("mid-%(month)s") if day.day == 11 else _("late %(month)s")) % named


def clean_lines(fields: Mapping[str, object], *names: str, required: tuple[str, ...] = ()) -> dict[str, str]:
    """Return some free texts, cleaned. Raises `BadFields`."""
    form = _Cleaning(fields)
    for name in names:
        form.take(name, lines(), required=name in required)
    return form.done()
