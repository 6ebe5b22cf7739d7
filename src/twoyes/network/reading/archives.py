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
_LONGEST_BODY = 256 * 1024 * 1024
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_LENGTH = re.compile(rb"\ncontent-length[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?(?:\n|$)")


class Piece(NamedTuple):
    """The head of one message: where the message begins in its archive, and the bytes before its first empty line.

    `line` is the one that separates it from what stands before; in an mbox it tells when the message arrived.
    """

    offset: int
    head: bytes
    line: bytes


class Dialect(NamedTuple):
    """How messages are told apart: what a separating line begins with, and how it and the line after it look."""

    needle: bytes
    line: re.Pattern[bytes]


# A line of an mbox names a time, and a header follows it; a letter that quotes another has rarely both.
MBOX = Dialect(b"From ", re.compile(rb"From [^\r\n:]{0,999}\d:\d\d[^\r\n]*\r?\n(?:>?From |[!-9;-~]{1,200}[ \t]*:)"))
LISTSERV = Dialect(b"=" * 73, re.compile(rb"={73}[ \t]*\r?\n[!-9;-~]{1,200}[ \t]*:"))


def head_of(data: bytes, begin: int = 0) -> bytes:
    """Return the bytes from a place to the first empty line, whatever ends lines; no more than a head may have."""
    end = begin + LONGEST_HEAD
    for empty in (b"\n\n", b"\n\r\n", b"\r\r"):
        found = data.find(empty, begin, end)
        end = found if found >= 0 else end
    return data[begin:end]


def pieces(read: Callable[[int], bytes], dialect: Dialect, *, start: int = 0) -> Iterator[Piece]:
    """Yield the messages of an archive from a place on, which is 0 or where one begins.

    `read(n)` returns up to `n` bytes from that place on, and none at the end.
    """
    stream = _Window(read, start)
    at = stream.next(dialect, start)
    while at is not None:
        begin = stream.after_line(at)
        head = stream.head(begin)
        yield Piece(at, head, stream.between(at, begin))
        at = stream.next(dialect, stream.past(begin, head, dialect))


class _Window:
    """The part of the archive that is in memory. Places are those in the whole archive."""

    def __init__(self, read: Callable[[int], bytes], start: int) -> None:
        self.read, self.base = read, start
        self.data = b""
        self.ended = False

    def next(self, dialect: Dialect, place: int) -> int | None:
        """Return where the next message begins, at this place or after it."""
        while True:
            found = self.find(dialect.needle, place)
            if found is None:
                return None
            self.reach(found + _SIGHT)
            at = found - self.base
            begins_line = found == 0 or at == 0 or self.data[at - 1] in b"\r\n"
            if begins_line and dialect.line.match(self.data, at):
                return found
            place = found + 1

    def find(self, needle: bytes, place: int) -> int | None:
        """Return the next place of some bytes, forgetting what lies before; one byte before it stays in sight."""
        while True:
            self.forget(place - 1)
            found = self.data.find(needle, max(place - self.base, 0))
            if found >= 0:
                return self.base + found
            if self.ended:
                return None
            place = max(place, self.base + len(self.data) - len(needle) + 1)
            self.more()

    def after_line(self, place: int) -> int:
        end = self.data.find(b"\n", place - self.base)
        return self.base + (end + 1 if end >= 0 else len(self.data))

    def between(self, begin: int, end: int) -> bytes:
        return self.data[begin - self.base : end - self.base]

    def head(self, begin: int) -> bytes:
        """Return the bytes before the first empty line, and no more than a head may have."""
        self.reach(begin + LONGEST_HEAD)
        return head_of(self.data, begin - self.base)

    def past(self, begin: int, head: bytes, dialect: Dialect) -> int:
        """Return the place from which the next message is looked for: after the body, where its length is told."""
        body = begin + len(head)
        if dialect is not MBOX:
            return body
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
        rest = self.data[place - self.base : place - self.base + 8].lstrip(b"\r\n")
        return rest.startswith(b"From ") or (not rest and self.ended)

    def reach(self, place: int) -> None:
        while not self.ended and self.base + len(self.data) < place:
            self.more()

    def more(self) -> None:
        found = self.read(_CHUNK)
        self.ended = not found
        self.data += found

    def forget(self, place: int) -> None:
        """Let go of what lies before a place, once it is worth the copy."""
        if place - self.base > _CHUNK // 2:
            self.data = self.data[place - self.base :]
            self.base = place
