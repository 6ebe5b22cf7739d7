"""What every kind of archive gives: the heads of its messages, each with its place.

A kind is a folder here with `recognises(head)` and `messages(file, start)`; `twoyes.network.sources` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from twoyes.network.reading.archives import Piece

# A kind is told by what stands near the top.
HEAD = 8 * 1024


class Mark(NamedTuple):
    """How far a folder on a server was read: all that is numbered below `next`, while its `validity` is the same."""

    folder: str
    validity: int
    next: int


type Marks = Mapping[str, Mark]
"""How far an account was read before, by the names of its folders."""


class Opened(NamedTuple):
    """An archive that can be read from a place on: what it is called, and how to open it there."""

    name: str
    open: Callable[[int], BinaryIO]
    size: int
    """In bytes, for a progress bar; 0 where nobody knows before the end."""
    kind: Kind | None = None
    """What it is, where that is known without looking: a mailbox on a server is no file."""
    mark: Mark | None = None
    """How far it was read before, where that is kept with the source: it is read from there, whatever job reads it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of archive that is one file: its name, how it is told by its first bytes, and how it is read."""

    name: str
    recognises: Callable[[bytes], bool]
    messages: Callable[[Opened, int], Iterator[Piece]]
    meetings: bool = False
    """Whether it holds events of a calendar, not letters."""
