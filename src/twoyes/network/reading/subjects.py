"""The subject line of a message, by the standard library's decoder: for the few heads of which it is kept at all."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header

LONGEST = 120
_LONGEST_RAW = 2 * 1024
_SUBJECT = re.compile(rb"\nsubject[ \t]{0,9}:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE)
# "Re:", and what it is called elsewhere; by a number too, and several times.
_AGAIN = re.compile(
    r"(?:(?:re|fw|fwd|aw|wg|sv|vs|rv|tr|antw|odp|ynt)(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*:\s*)+", re.IGNORECASE
)


def subject(head: bytes) -> str:
    """Return what a message is about, without "Re:", on one line and cut where it is long; "" for nothing.

    Never raises.
    """
    found = _SUBJECT.search(b"\n" + head.replace(b"\r", b""))
    if found is None:
        return ""
    text = _decoded(found[1][:_LONGEST_RAW].replace(b"\n", b""))
    # What cannot be printed turns lines around or hides in them.
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if (again := _AGAIN.match(line)) is not None:
        line = line[again.end() :]
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        # A charset that nobody knows, or half a word: better nothing than a riddle.
        return ""
