"""One archive of many messages, cut into heads: mbox in its dialects, and the logs of LISTSERV.

Streamed, so that a mailbox of many gigabytes needs a few megabytes; a body is only looked through for where it ends.
Each head comes with its place, at which a later run can go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from twoyes.network.reading.headers import LONGEST_HEAD

_CHUNK = 256 * 1024
# What must be in sight to tell a line that begins a message from one in a letter.
_SIGHT = 2048
# Who says that a message is longer than this is not believed; the next line that begins one is looked for instead.
_LONGEST_BODY = 64 * 1024 * 1024
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_LENGTH = re.compile(rb"\ncontent-length[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?(?:\n|$)")


class Piece(NamedTuple):
    """The head of one message (the bytes before its first empty line), and the place at which a later run finds it.

    `line` is what an mbox writes above it, where it tells when the message arrived.
    """

    place: int
    head: bytes
    line: bytes = b""


class Dialect(NamedTuple):
    """How messages are told apart: what a separating line begins with, and how it and the line after it look."""

    needle: bytes
    line: re.Pattern[bytes]


# A line of an mbox names a time, and a header follows it; a letter that quotes another has rarely both.
MBOX = Dialect(b"From ", re.compile(rb"From [^\r\n:]{0,999}\d:\d\d[^\r\n]*\r?\n(?:>?From |[!-9;-~]{1,200}[ \t]*:)"))
LISTSERV = Dialect(b"=" * 73, re.compile(rb"={73}[ \t]*\r?\n[!-9;-~]{1,200}[ \t]*:"))


def head_of(data: bytes | bytearray, begin: int = 0) -> bytes:
    """Return the bytes from a place to the first empty line, whatever ends lines; no more than a head may have."""
    end = begin + LONGEST_HEAD
    for empty in (b"\n\n", b"\n\r\n", b"\r\r"):
        found = data.find(empty, begin, end)
        end = found if found >= 0 else end
    return bytes(data[begin:end])


def pieces(read: Callable[[int], bytes], dialect: Dialect, *, start: int = 0) -> Iterator[Piece]:
    """Yield the messages of an archive from a place on, which is 0 or where one begins.

    `read(n)` returns up to `n` bytes from that place on, and none at the end.
    """
    stream = _Window(read, start)
    at = stream.next(dialect, start)
    while at is not None:
        piece, past = stream.piece(at, dialect)
        yield piece
        at = stream.next(dialect, past)


class _Window:
    """The part of the archive that is in memory. Places are those in the whole archive."""

    def __init__(self, read: Callable[[int], bytes], start: int) -> None:
        self.read, self.base = read, start
        # To add at its end and to forget at its beginning costs what is added or forgotten, however much lies between.
        self.data = bytearray()
        self.ended = False

    def next(self, dialect: Dialect, place: int) -> int | None:
        """Return where the next message begins, at this place or after it, forgetting what lies before."""
        needle, line = dialect
        while True:
            # One byte before it stays in sight.
            self.forget(place - 1)
            at = self.data.find(needle, max(place - self.base, 0))
            if at < 0:
                if self.ended:
                    return None
                place = max(place, self.base + len(self.data) - len(needle) + 1)
                self.more()
                continue
            place = self.base + at
            self.reach(place + _SIGHT)
            begins_line = place == 0 or at == 0 or self.data[at - 1] in b"\r\n"
            if begins_line and line.match(self.data, at):
                return place
            place += 1

    def piece(self, place: int, dialect: Dialect) -> tuple[Piece, int]:
        """Return the message that begins here, and the place from which the next is looked for."""
        at = place - self.base
        begin = self.data.find(b"\n", at) + 1 or len(self.data)
        self.reach(self.base + begin + LONGEST_HEAD)
        head = head_of(self.data, begin)
        past = self.past(self.base + begin, head) if dialect is MBOX else self.base + begin + len(head)
        return Piece(place, head, bytes(self.data[at:begin])), past

    def past(self, begin: int, head: bytes) -> int:
        """Return the place after a message that begins here: after the body, where its length is told."""
        body = begin + len(head)
        small = head.lower()
        told = _LENGTH.search(small) if b"content-length" in small else None
        if told is None or int(told[1]) > _LONGEST_BODY:
            return body
        blank = _EMPTY_LINE.match(self.data, body - self.base)
        end = body + (blank.end() - blank.start() if blank else 0) + int(told[1])
        return end if self._ends_at(end) else body

    def _ends_at(self, place: int) -> bool:
        """Say whether a message can end here: at the end of the archive, or before a line that begins one."""
        self.reach(place + 8)
        at = place - self.base
        rest = self.data[at : at + 8].lstrip(b"\r\n")
        # Whoever tells of more than there is lies, and would hide every message to come.
        return rest.startswith(b"From ") or (not rest and self.ended and at <= len(self.data))

    def reach(self, place: int) -> None:
        while not self.ended and self.base + len(self.data) < place:
            self.more()

    def more(self) -> None:
        found = self.read(_CHUNK)
        self.ended = not found
        self.data += found

    def forget(self, place: int) -> None:
        """Let go of what lies before a place, once it is worth it."""
        if place - self.base > _CHUNK // 2:
            del self.data[: place - self.base]
            self.base = place
