"""The logs of LISTSERV: messages between lines of equals signs, with blanks before each value."""

from __future__ import annotations

from collections.abc import Iterator

from twoyes.network.reading.archives import LISTSERV, Piece, pieces
from twoyes.network.sources.base import Kind, Opened


def recognises(head: bytes) -> bool:
    """Say whether a file begins with a separating line and a header below it."""
    return LISTSERV.line.match(head.lstrip(b"\r\n")) is not None


def messages(file: Opened, start: int) -> Iterator[Piece]:
    """Yield the messages from a place on. All of them went to a list, though nothing in them says so."""
    with file.open(start) as raw:
        for piece in pieces(raw.read, LISTSERV, start=start):
            yield Piece(piece.place, b"List-Id: LISTSERV\n" + piece.head)


KIND = Kind("listserv", recognises, messages)
