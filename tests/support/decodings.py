"""Every way in which what left may be read: as it is, and taken out of each wrapping, two wrappings deep."""

import base64
import binascii
import html
import quopri
import re
import zlib
from collections.abc import Callable, Iterable
from email import policy
from email.parser import BytesParser
from urllib.parse import unquote

import idna

# A word in base64 this long holds twelve octets: no address in the tests is shorter.
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}(?:[ \t]*\r?\n[ \t]*[A-Za-z0-9+/_-]{4,})*")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_WORD = re.compile(r"=\?[\w*.-]+\?([bq])\?([^?]*)\?=\s*", re.IGNORECASE)
_QUOTED = re.compile(r"=[0-9A-Fa-f]{2}|=\r?\n")
_A_LABEL = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
# As JSON writes a character, and as a cookie does.
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\([0-3][0-7]{2})")
# What is decoded by mistake is noise, which has no such run.
_TEXT = re.compile(rb"[ -~]{6}")
# Signed cookies and sessions may be compressed.
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
LONGEST = 2_000_000


def readings(data: str | bytes) -> set[str]:
    """Return every text that `data` can be read as, in small letters."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    found = {text[:LONGEST]}
    new = found
    for _depth in range(2):
        new = {read for one in new for read in _once(one)} - found
        found = found | new
    return {one.casefold() for one in found}


def headers(message: bytes) -> Iterable[tuple[str, set[str]]]:
    """Yield the name of each header of a mail, in small letters, and every text that its line can be read as."""
    head = message.partition(b"\r\n\r\n")[0]
    for line in _FOLD.sub(b" ", head).split(b"\r\n"):
        yield line.partition(b":")[0].decode("ascii", "replace").lower(), readings(line)


def body(message: bytes) -> set[str]:
    """Return every text that the rest of a mail can be read as: its bytes, and each part as a program shows it."""
    found = readings(message.partition(b"\r\n\r\n")[2])
    for part in BytesParser(policy=policy.compat32).parsebytes(message).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            found |= readings(payload)
    return found


def _once(text: str) -> Iterable[str]:
    for signs, decode in _DECODERS:
        if any(sign in text for sign in signs):
            yield from decode(text)


def _percent(text: str) -> Iterable[str]:
    yield unquote(text, errors="replace")


def _entities(text: str) -> Iterable[str]:
    yield html.unescape(text)


def _escapes(text: str) -> Iterable[str]:
    yield _ESCAPE.sub(lambda match: chr(int(match[1], 16) if match[1] else int(match[2], 8)), text)


def _encoded_words(text: str) -> Iterable[str]:
    yield _WORD.sub(_word, text)


def _word(match: re.Match[str]) -> str:
    raw = match[2].encode("utf-8", "replace")
    try:
        octets = quopri.decodestring(raw, header=True) if match[1] in "qQ" else base64.b64decode(raw + b"===")
    except binascii.Error:
        return match[0]
    return octets.decode("utf-8", "replace")


def _quoted_printable(text: str) -> Iterable[str]:
    if _QUOTED.search(text):
        yield quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _a_labels(text: str) -> Iterable[str]:
    yield _A_LABEL.sub(_a_label, text)


def _a_label(match: re.Match[str]) -> str:
    try:
        return idna.decode(match[0])
    except (idna.IDNAError, UnicodeError):
        return match[0]


def _base64(text: str) -> Iterable[str]:
    # What stands before a word in base64 may look like a part of it, so each of the four beginnings is tried.
    found = []
    for match in _BASE64.finditer(text):
        run = _NOT_BASE64.sub("", match[0].replace("-", "+").replace("_", "/"))
        for start in range(4):
            piece = run[start:]
            octets = base64.b64decode(f"{piece[:-1] if len(piece) % 4 == 1 else piece}==")
            if _TEXT.search(octets):
                found.append(octets.decode("utf-8", "replace"))
            found += [_inflated(octets[begin.start() :]) for begin in _ZLIB.finditer(octets)]
    if found:
        yield "\0".join(found)


def _inflated(octets: bytes) -> str:
    try:
        return zlib.decompressobj().decompress(octets, LONGEST).decode("utf-8", "replace")
    except zlib.error:
        return ""


_DECODERS: tuple[tuple[tuple[str, ...], Callable[[str], Iterable[str]]], ...] = (
    (("%",), _percent),
    (("&",), _entities),
    (("\\",), _escapes),
    (("=?",), _encoded_words),
    (("=",), _quoted_printable),
    (("xn--", "XN--"), _a_labels),
    (("",), _base64),
)
