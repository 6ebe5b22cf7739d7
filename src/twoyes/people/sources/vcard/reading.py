"""From a card to an entry: each property decoded, then read by vobject, which knows groups, parameters and escapes."""

from __future__ import annotations

import codecs
import quopri
import re

import vobject
from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.people.sources import cleaning
from twoyes.people.sources.base import Entry
from twoyes.people.sources.vcard.cards import Card

_HEAD = re.compile(r"(?P<name>[^;:]+)(?P<params>(?:;(?:[^\":]|\"[^\"]*\")*)?):(?P<value>.*)", re.DOTALL)
_CHARSET = re.compile(r";CHARSET\s*=\s*\"?([\w.:-]+)\"?", re.IGNORECASE)
_ENCODING = re.compile(r";(?:ENCODING\s*=\s*)?(QUOTED-PRINTABLE|8BIT|7BIT)(?=;|$)", re.IGNORECASE)
_CUT = re.compile(r"(?<!\\)(?:\\\\)*([,])")
_LISTS = {"N", "ORG"}
_PREFERRED = re.compile(r"(?:^|[;=,])\"?PREF\b", re.IGNORECASE)


def entry_of(card: Card) -> Entry:
    """The person on a card. Raises Refused: bad_card, no_name, bad_text, bad_address."""
    try:
        lines = [_plain(line, card.encoding) for line in card.properties]
        text = "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])
        found = vobject.readOne(text, allowQP=True)
        said = _said(found)
    except (vobject.base.VObjectError, ValueError, LookupError, AttributeError, TypeError) as broken:
        # What vobject says repeats the line; a reason that is kept must not.
        raise Refused("bad_card", _("The card cannot be read: one of its lines is no property.")) from broken
    return cleaning.entry(card.line, said)


def _plain(line: str, encoding: str) -> str:
    """A property in one form: decoded, with its commas escaped, since only lists may be cut at them."""
    head = _HEAD.fullmatch(line)
    if head is None:
        return line
    params, value = head["params"], head["value"]
    charset = _CHARSET.search(params)
    if _ENCODING.search(params) and "quoted" in params.lower():
        value = quopri.decodestring(value.encode("utf-8", "surrogateescape")).decode(_codec(charset), "replace")
    elif charset and not encoding.startswith("utf-16"):
        value = _read_again(value, encoding, _codec(charset))
    params = _ENCODING.sub("", _CHARSET.sub("", params))
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    name = head["name"].strip()
    return f"{name}{params}:{_CUT.sub(_escaped, value)}"


def _escaped(cut: re.Match[str]) -> str:
    return f"{cut[0][:-1]}\\,"


def _read_again(value: str, encoding: str, codec: str) -> str:
    """A value in the character set that its property names, where the file as a whole was read as another."""
    try:
        return value.encode(encoding, "surrogateescape").decode(codec)
    except UnicodeError:
        return value


def _codec(named: re.Match[str] | None) -> str:
    try:
        return codecs.lookup(named[1]).name if named else "utf-8"
    except LookupError:
        return "utf-8"


def _said(card: vobject.base.Component) -> cleaning.Said:
    contents = card.contents
    # Apple escapes the colon, which is no escape.
    web = [one.replace("\\:", ":") for name in ("url", "x-socialprofile") for one in _values(contents, name)]
    return cleaning.Said(
        name=_first(contents, "fn") or _structured(contents) or _first(contents, "nickname"),
        organisation=_first(contents, "org"),
        position=_first(contents, "title") or _first(contents, "role"),
        addresses=[_bare(one, "mailto:") for one in _values(contents, "email")],
        phones=[_bare(one, "tel:").partition(";")[0] for one in _values(contents, "tel")],
        profile=cleaning.linkedin_profile(web),
        notes="\n".join(_values(contents, "note")),
        uid=_first(contents, "uid"),
    )


def _values(contents: dict[str, list[vobject.base.ContentLine]], name: str) -> list[str]:
    """The values of a property, the preferred one first; of a structured one the first part."""
    lines = sorted(contents.get(name, []), key=lambda line: not _is_preferred(line))
    return [value for line in lines if (value := _text(line.value).strip())]


def _is_preferred(line: vobject.base.ContentLine) -> bool:
    told = [*line.singletonparams, *line.params, *line.params.get("TYPE", [])]
    return any(_PREFERRED.search(one) for one in told)


def _text(value: object) -> str:
    if isinstance(value, list):
        return _text(value[0]) if value else ""
    return str(value)


def _first(contents: dict[str, list[vobject.base.ContentLine]], name: str) -> str:
    return next(iter(_values(contents, name)), "")


def _structured(contents: dict[str, list[vobject.base.ContentLine]]) -> str:
    """The name from its parts, where nobody wrote it out."""
    for line in contents.get("n", []):
        parts = [getattr(line.value, part, "") for part in ("given", "additional", "family", "suffix")]
        written = [" ".join(part) if isinstance(part, list) else str(part) for part in parts]
        if name := " ".join(part.strip() for part in written if part.strip()):
            return name
    return ""


def _bare(value: str, scheme: str) -> str:
    return value[len(scheme) :] if value.lower().startswith(scheme) else value
