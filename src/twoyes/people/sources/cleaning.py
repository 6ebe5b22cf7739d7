"""From what a source says to an entry: one strict way for every kind (S1, D1, D6)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from twoyes.lib import addresses, limits, text
from twoyes.lib.errors import Refused
from twoyes.people import points
from twoyes.people.sources.base import Entry

Kind = points.Kind
# More ways to reach one person than anybody uses; the card itself holds twenty.
MOST_POINTS = 10
# A long conversation fits; the rest of a longer note is left out.
MOST_NOTES = 10_000
_UNREADABLE = re.compile("[\udc80-\udcff\ufffd]")
_WRAPPED = str.maketrans("", "", "<>()[]\"'“”,;:")
_LINKEDIN = re.compile(r"https?://(?:[a-z]{2,3}\.)?linkedin\.com/in/[^\s?#]+", re.IGNORECASE)


@dataclass(slots=True)
class Said:
    """What a record says about a person, as it stands there."""

    name: str
    organisation: str = ""
    position: str = ""
    known_since: date | None = None
    addresses: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    profile: str = ""
    notes: str = ""
    uid: str = ""


def entry(line: int, said: Said) -> Entry:
    """The entry that a record makes.

    Names, organisations and positions are kept in the clear, so an address among them is taken out. A telephone number
    that is none is left out, and so is an address that is none where another one is good.
    Raises Refused: no_name, bad_text, bad_address.
    """
    if any(map(_UNREADABLE.search, (said.name, said.organisation, said.position, *said.addresses))):
        raise Refused("bad_text", _("A character cannot be read. Save the file as UTF-8."))
    name = _line(said.name, _("The name"))
    if not any(char.isalpha() for char in name):
        if any(char.isalnum() for char in said.name):
            raise Refused("no_name", _("There is no name, only an address or a number. Write a name and import again."))
        raise Refused("no_name", _("There is no name in this record."))
    return Entry(
        line=line,
        name=name,
        organisation=_line(said.organisation, _("The company")),
        position=_line(said.position, _("The position")),
        known_since=said.known_since,
        addresses=_addresses(said.addresses),
        phones=_phones(said.phones),
        profile=_profile(said.profile),
        notes=_notes(said.notes),
        uid=said.uid,
    )


def tidy(cell: str) -> str:
    """A cell in one line, without byte order marks, controls and invisible characters, in NFC (D6).

    Joiners stay between letters or emoji that need them; elsewhere `lib.text` would refuse the whole name.
    """
    if cell.isascii() and cell.isprintable():
        return " ".join(cell.split())
    shown = "".join(_seen(cell, place) for place in range(len(cell)))
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def linkedin_profile(values: Iterable[str]) -> str:
    """The first address of a LinkedIn profile among web addresses: it tells who somebody is in other files too."""
    return next((found[0] for value in values if (found := _LINKEDIN.search(value))), "")


def _line(value: str, field: str) -> str:
    value = tidy(value)
    if "@" in value:
        value = " ".join(part for part in value.split() if not addresses.well_formed(part.translate(_WRAPPED)))
    return text.one_line(value, limit=limits.NAME_LENGTH, field=field)


def _addresses(given: list[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    wrong: Refused | None = None
    for one in given:
        if not one.strip():
            continue
        try:
            address = addresses.parse(tidy(one).removeprefix("mailto:"))
        except Refused as no:
            wrong = no
        else:
            found.setdefault(addresses.canonical(address), address)
    if wrong and not found:
        raise wrong
    return tuple(found.values())[:MOST_POINTS]


def _phones(given: list[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for one in map(tidy, given):
        # What the card itself would refuse must not stop an import in the middle of a file.
        with suppress(Refused):
            found.setdefault(points.key(Kind.PHONE, one), points.clean(Kind.PHONE, one))
    return tuple(found.values())[:MOST_POINTS]


def _profile(given: str) -> str:
    """A web address that can be one; "" for anything else."""
    if not given.startswith(("https://", "http://")):
        return ""
    try:
        url = points.clean(Kind.PROFILE, given)
        return url if points.key(Kind.PROFILE, url) and "." in (urlsplit(url).hostname or "") else ""
    except (Refused, ValueError):
        return ""


def _notes(given: str) -> str:
    lines = (tidy(line) for line in given[:MOST_NOTES].splitlines())
    kept = "\n".join(_UNREADABLE.sub("", line) for line in lines).strip()
    try:
        return text.many_lines(kept, limit=MOST_NOTES, field=_("The note"))
    except Refused:
        # A pile of accents in a note costs the note, not the person.
        return ""


def _seen(cell: str, place: int) -> str:
    char = cell[place]
    category = unicodedata.category(char)
    if category == "Cc":
        return " "
    if category != "Cf":
        return char
    around = cell[place - 1 : place] + cell[place + 1 : place + 2] if place else ""
    joins = char in "\u200c\u200d" and len(around) == 2 and not any(c.isascii() for c in around)
    return char if joins and not any(unicodedata.category(c) == "Cf" for c in around) else ""
