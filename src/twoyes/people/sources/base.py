"""What every kind of contact file gives: entries and rejections, line by line, in plain data.

A kind is a folder here with `recognises(head)` and `prepare(file)`; `twoyes.people.sources` lists them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

MEGABYTE = 1024 * 1024
# The largest table of contacts that anybody was seen to have is far below.
MOST_BYTES = 50 * MEGABYTE
# LinkedIn ends at 30,000 connections, and phones at fewer.
MOST_RECORDS = 100_000
# No line of a contact file is longer but for pictures, which are skipped.
MOST_LINE = 4 * MEGABYTE
# A kind is told by what stands near the top.
HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the file has them, cleaned; `line` is where they stand. What is not there is empty.

    `uid` is the source's own lasting name for the person. `lines` names all records that this entry stands for, where
    they are several, and `only_known` says why nobody new is made of it. `last_contact` is when words last went to or
    fro.
    """

    line: int
    name: str
    organisation: str = ""
    position: str = ""
    known_since: date | None = None
    last_contact: date | None = None
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    profile: str = ""
    notes: str = ""
    uid: str = ""
    lines: Sequence[int] = ()
    only_known: str = ""

    @property
    def records(self) -> int:
        """How many records of the file this entry stands for."""
        return len(self.lines) or 1


@dataclass(frozen=True, slots=True)
class Rejection:
    """One record that cannot be taken: where it begins, and why. The reason never repeats what the record says."""

    line: int
    why: str


type Record = Entry | Rejection
type Records = Callable[[], Iterable[Record]]


@dataclass(frozen=True, slots=True)
class File:
    """A file of contacts, read from its beginning as often as needed and never held as a whole.

    `owner` is the name of whose book it goes into, for sources that do not say which side is theirs.
    """

    name: str
    open: Callable[[], BinaryIO]
    encoding: str = "utf-8-sig"
    owner: str = ""

    def lines(self) -> Iterator[str]:
        """Yield the lines with their ends; of one that is too long only the beginning.

        A byte that is not in the file's encoding stays as a lone surrogate, so that only its own record is rejected.
        """
        with self.open() as raw, io.TextIOWrapper(raw, self.encoding, self.errors, newline="") as text:
            while line := text.readline(MOST_LINE):
                if len(line) == MOST_LINE:
                    rest = line
                    while rest and not rest.endswith(("\n", "\r")):
                        rest = text.readline(MOST_LINE)
                yield line

    @property
    def errors(self) -> str:
        """How bytes outside the encoding are kept; UTF-16 has no way to keep them."""
        return "replace" if self.encoding.startswith("utf-16") else "surrogateescape"

    def head(self) -> str:
        """Return the text near the top."""
        with self.open() as raw:
            return raw.read(HEAD).decode(self.encoding, self.errors)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of contact file: its name (kept with the cards), and the two functions it consists of.

    `prepare` looks a file over once, and returns what reads its records, in their order, as often as it is called.
    """

    name: str
    recognises: Callable[[str], bool]
    prepare: Callable[[File], Records]
    most_bytes: int = MOST_BYTES
