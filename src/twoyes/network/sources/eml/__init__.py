"""One message in one file, as mail programs save it and as the folders of a Maildir hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from twoyes.network.reading.archives import Piece, head_of
from twoyes.network.reading.headers import LONGEST_HEAD
from twoyes.network.sources.base import Kind, Opened

_FIELD = re.compile(
    rb"(?:^|[\r\n])(from|to|date|subject|received|message-id|return-path|mime-version)[ \t]*:", re.IGNORECASE
)
_FIRST = re.compile(rb"(?:>?From [^\r\n]*[\r\n]+)?[!-9;-~]{1,200}[ \t]*:")


def recognises(head: bytes) -> bool:
    """Say whether a file begins like the head of a message: a field, and two of those that mail has."""
    top = head.lstrip(b"\r\n")
    named = {name.lower() for name in _FIELD.findall(head_of(top))}
    return _FIRST.match(top) is not None and len(named) >= 2


def messages(file: Opened, start: int) -> Iterator[Piece]:
    """Yield the one message, unless it was read before (`start` above 0)."""
    if start:
        return
    with file.open(0) as raw:
        head = head_of(raw.read(LONGEST_HEAD).lstrip(b"\r\n"))
    # Files of an old Mac end their lines with CR alone.
    yield Piece(0, head if b"\n" in head else head.replace(b"\r", b"\n"))


KIND = Kind("eml", recognises, messages)
