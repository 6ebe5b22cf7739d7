"""The people in a From, To or Cc field, as mail really writes them.

One pass over the bytes, whatever they are: no recursion, nothing that grows faster than the field. Encoded words are
decoded in names alone, each name by itself and never more than a few hundred bytes of it (D11, D12, D13).
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header
from functools import lru_cache
from typing import NamedTuple

_LONGEST_NAME = 300
_LONGEST_ADDRESS = 254
_PLAIN = re.compile(rb'\s*(?:"([^"\\<>]*)"|([^"<>@,;:()\\]*?))\s*<([^<>@\s"\',;:()\\]+@[^<>@\s"\',;:()\\]+)>\s*')
_BARE = re.compile(rb"\s*([^<>@\s\"',;:()\\]+@[^<>@\s\"',;:()\\]+)\s*")
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


def mailboxes(value: bytes) -> tuple[Mailbox, ...]:
    """Return whom a field names, in its order; groups are taken apart, and what is no mailbox has an empty address."""
    return _cached(value) if len(value) < 512 else _read(value)


@lru_cache(maxsize=8192)
def _cached(value: bytes) -> tuple[Mailbox, ...]:
    return _read(value)


def _read(value: bytes) -> tuple[Mailbox, ...]:
    if _AWKWARD.search(value) is None:
        return tuple(one for part in value.split(b",") if part.strip() and (one := _one(part)) is not None)
    plain = _PLAIN.fullmatch(value)
    if plain is not None:
        return (_box(plain[1] or plain[2] or b"", plain[3]),)
    return tuple(one for part in _parts(value) if (one := _one(part)) is not None)


def _one(part: bytes) -> Mailbox | None:
    """Read one mailbox: `Name <address>`, `address`, or `address (Name)`."""
    plain = _PLAIN.fullmatch(part)
    if plain is not None:
        return _box(plain[1] or plain[2] or b"", plain[3])
    bare = _BARE.fullmatch(part)
    if bare is not None:
        return _box(b"", bare[1])
    text, angle, comment = _taken_apart(part)
    if angle:
        return _box(text or comment, angle)
    if not text.strip():
        return None
    return _box(comment, text) if _looks_like_one(text) else _box(text, b"")


def _looks_like_one(text: bytes) -> bool:
    return b"@" in text or b" at " in text.lower()


def _parts(value: bytes) -> list[bytes]:
    """Split a field at its commas and semicolons, but not within quotes, comments and angles."""
    parts: list[bytes] = []
    begin, depth, quoted, angle, i, size = 0, 0, False, False, 0, len(value)
    while i < size:
        char = value[i]
        if char == 92:  # a backslash: what follows stands for itself
            i += 2
            continue
        if quoted:
            quoted = char != 34
        elif char == 34 and not depth:
            # An apostrophe of inches that is never closed would swallow the rest.
            quoted = value.find(b'"', i + 1) >= 0
        elif char == 40:
            depth += 1
        elif char == 41:
            depth = max(depth - 1, 0)
        elif depth:
            pass
        elif char == 60:
            angle = value.find(b">", i + 1) >= 0
        elif char == 62:
            angle = False
        elif angle:
            pass
        elif char == 58:  # a group: its name is nobody
            begin = i + 1
        elif char in (44, 59):
            parts.append(value[begin:i])
            begin = i + 1
        i += 1
    parts.append(value[begin:])
    return parts


def _taken_apart(part: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands outside, in the last angles, and in the first comment of a mailbox."""
    text, angle, comment = bytearray(), b"", bytearray()
    depth, quoted, i, size = 0, False, 0, len(part)
    while i < size:
        char = part[i]
        if char == 92 and i + 1 < size:
            (comment if depth else text).append(part[i + 1])
            i += 2
            continue
        if quoted:
            quoted = char != 34
            if quoted:
                text.append(char)
        elif depth:
            depth += (char == 40) - (char == 41)
            if depth and not (comment and comment[-1] == 0):
                comment.append(char)
            elif not depth and not (comment and comment[-1] == 0):
                comment.append(0)
        elif char == 34:
            quoted = True
        elif char == 40:
            depth = 1
        elif char == 60 and (end := part.find(b">", i)) >= 0:
            angle, i = part[i + 1 : end], end
        else:
            text.append(char)
        i += 1
    return bytes(text), angle, bytes(comment).rstrip(b"\0")


def _box(name: bytes, address: bytes) -> Mailbox:
    where = _address(address)
    called = _name(name)
    if called and called.lower().strip("'\"<> ") in {where, address.decode("ascii", "replace").lower()}:
        called = ""
    return Mailbox(called, where)


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
    raw = raw[:_LONGEST_NAME]
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError:
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
    said = []
    for part, charset in parts:
        if isinstance(part, str):
            said.append(part)
            continue
        try:
            said.append(part.decode(charset or "latin-1", "replace"))
        except (LookupError, UnicodeError):
            said.append(part.decode("latin-1"))
    return "".join(said)
