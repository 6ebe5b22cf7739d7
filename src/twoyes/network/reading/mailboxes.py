"""The people in a From, To or Cc field, as mail really writes them.

One pass over the bytes, whatever they are: no recursion, nothing that grows faster than the field. Encoded words are
decoded in names alone, each name by itself and never more than a few hundred bytes of it (D11, D12, D13).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from functools import lru_cache
from typing import NamedTuple

# What is longer is not kept in memory for when it comes again.
_SHORT = 512
_LONGEST_NAME = 300
_LONGEST_ADDRESS = 254
_PLAIN = re.compile(rb"([^<>@,]*)<([^<>@\s',]+@[^<>@\s',]+)>\s*")
_BARE = re.compile(rb"\s*([^<>@\s',]+@[^<>@\s',]+)\s*")
# Possessive, so that nothing is looked at twice: a letter that is made to hurt takes no longer than another (D19).
_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.)*+"|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+\)|<[^<>]*+>|\\.|[^"(<,;:\\]++|.', re.DOTALL
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_AWKWARD = re.compile(rb'["();:\\]')
_SPACES = re.compile(r"\s+")
_AT = re.compile(r"(\S+) at (\S+)", re.IGNORECASE)
_NOTES = re.compile(r"imceanotes-(.+)@[^@]+", re.IGNORECASE)
_HEX = re.compile(r"\+([0-9a-f]{2})", re.IGNORECASE)
_INNER = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_VALID = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+\.[^\s@<>()\[\],;:\\\"]+")


class Mailbox(NamedTuple):
    """Somebody in a field: a name as it is read ("" for none), and an address in small letters ("" for none)."""

    name: str
    address: str


_NOBODY = Mailbox("", "")


def mailboxes(value: bytes) -> tuple[Mailbox, ...]:
    """Return whom a field names, in its order; groups are taken apart, and what is no mailbox has an empty address."""
    return _cached(value) if len(value) < _SHORT else _read(value)


@lru_cache(maxsize=8192)
def _cached(value: bytes) -> tuple[Mailbox, ...]:
    return _read(value)


def _read(value: bytes) -> tuple[Mailbox, ...]:
    if _AWKWARD.search(value) is not None:
        return tuple(_slowly(value))
    return tuple(_one(part) for part in value.split(b",") if part.strip())


def _one(part: bytes) -> Mailbox:
    plain = _PLAIN.fullmatch(part)
    if plain is not None:
        return _box(plain[1], plain[2])
    bare = _BARE.fullmatch(part)
    return _box(b"", bare[1]) if bare is not None else next(_slowly(part), _NOBODY)


def _slowly(value: bytes) -> Iterator[Mailbox]:
    """Take a field apart into quotes, comments, angles and what stands between, and put the mailboxes together."""
    text: list[bytes] = []
    angle = comment = b""
    for match in _TOKEN.finditer(value + b","):
        token = match[0]
        closed, inner = token[:1] if len(token) > 1 else b"", token[1:-1]
        if token in {b",", b";"}:
            said = b"".join(text).strip()
            if said or angle:
                yield _together(said, angle, comment)
            text, angle, comment = [], b"", b""
        elif token == b":":  # a group: its name is nobody
            text = []
        elif closed == b"<":
            angle = inner
        elif closed == b"(":
            comment = comment or _ESCAPE.sub(rb"\1", inner)
        elif closed == b'"':
            text.append(_ESCAPE.sub(rb"\1", inner))
        elif token != b'"':  # one that is never closed
            text.append(token.removeprefix(b"\\"))


def _together(text: bytes, angle: bytes, comment: bytes) -> Mailbox:
    """Make a mailbox of `Name <address>`, `address`, `address (Name)`, or a name alone."""
    if angle:
        return _box(text or comment, angle)
    is_address = b"@" in text or b" at " in text.lower()
    return _box(comment, text) if is_address else _box(text, b"")


def _box(name: bytes, address: bytes) -> Mailbox:
    return _known(name, address) if len(name) + len(address) < _SHORT else _made(name, address)


def _made(name: bytes, address: bytes) -> Mailbox:
    where = _address(address)
    called = _name(name[:_LONGEST_NAME])
    if called and called.lower().strip("'\"<> ") in {where, address.decode("ascii", "replace").lower()}:
        called = ""
    return Mailbox(called, where)


# The same few hundred people stand in ever other company.
_known = lru_cache(maxsize=8192)(_made)


def _address(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace").strip().strip("'\"").lower()
    if len(text) > _LONGEST_ADDRESS:
        return ""
    hidden = _NOTES.fullmatch(text)
    if hidden is not None:
        said = _HEX.sub(lambda code: chr(int(code[1], 16)), hidden[1])
        inner = _INNER.search(said)
        text = inner[1] if inner else said.strip("'\"") if said.count("@") == 1 else text
    text = text.rpartition(":")[2].strip().rstrip(".")
    if "@" not in text and (spelled := _AT.fullmatch(text)) is not None:
        text = f"{spelled[1]}@{spelled[2]}"
    return text if _VALID.fullmatch(text) else ""


@lru_cache(maxsize=8192)
def _name(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    if "=?" in text:
        text = _decoded(text)
    text = "".join(char if char.isprintable() else " " for char in text)
    return _SPACES.sub(" ", text).strip(" '\"")


def _decoded(text: str) -> str:
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(part if isinstance(part, str) else _text(part, charset or "latin-1") for part, charset in parts)


def _text(part: bytes, charset: str) -> str:
    try:
        return part.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return part.decode("latin-1")
