"""From archives to heads, in one order always. Nothing of it asks the log: a child process can do it ahead."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from twoyes.lib.ahead import ahead
from twoyes.network.misplaced import BROKEN, not_mail
from twoyes.network.reading import headers
from twoyes.network.records import HistoryProblem
from twoyes.network.sources import kind_of
from twoyes.network.sources.base import Kind, Mark, Opened
from twoyes.network.sources.patience import Beat
from twoyes.network.sources.places import Problem, TooMuchError


class Place(NamedTuple):
    """Where the next message is: in which of the named paths, in which archive below it, and where in that."""

    path: int = 0
    archive: int = 0
    offset: int = 0


class Named(NamedTuple):
    """Something that was named for import: what it is called, what tells it from others, and the archives it holds."""

    name: str
    key: str
    archives: Callable[[Beat], Iterator[Opened | Problem]]
    fetched: bool = False
    """Whether it is on a server."""


class Archive(NamedTuple):
    """An archive, whose messages come next, from a place on."""

    place: Place
    kind: str
    mark: Mark | None
    fetched: bool


class Message(NamedTuple):
    """A message: its place in the archive, its head (None of an event in a calendar), and what that was read of."""

    at: int
    head: headers.Head | None
    raw: bytes


class Closed(NamedTuple):
    """The end of an archive: how long it was, and how far it was read, where that is kept with the source."""

    size: int
    mark: Mark | None


type Read = Archive | Message | Closed | HistoryProblem | Place
"""What is met on the way; a Place is the end of a named path, and where the next begins."""


@dataclass(frozen=True, slots=True)
class Parser:
    """One way through everything that was named. `latest` is after which no date is believed."""

    named: list[Named]
    latest: int
    beat: Beat
    subjects: bool = True
    """Whether the heads are told as they were, too: subject lines are read of them, where they are kept."""

    def reads(self, place: Place) -> Iterator[Read]:
        """Yield what is met from a place on."""
        for path in range(place.path, len(self.named)):
            first = place if path == place.path else Place(path)
            for archive, found in enumerate(self.named[path].archives(self.beat)):
                if isinstance(found, Opened) and found.mark is not None:
                    # Folders come and go on a server: by its own mark each is found again, by its number it is not.
                    yield from self._archive(found, Place(path))
                elif archive >= first.archive:
                    start = first.offset if archive == first.archive else 0
                    yield from self._archive(found, Place(path, archive, start))
            yield Place(path + 1)

    def _archive(self, found: Opened | Problem, place: Place) -> Iterator[Read]:
        if isinstance(found, Problem):
            yield HistoryProblem(found.where, found.why)
            return
        mark = None
        try:
            kind = kind_of(found)
            if kind is None:
                yield HistoryProblem(found.name, not_mail(found))
            else:
                yield Archive(place, kind.name, found.mark, fetched=found.kind is not None)
                mark = yield from self._messages(found, kind, place)
        except TooMuchError:
            yield HistoryProblem(found.name, _("It holds far more than mail can be packed into. Unpack it yourself."))
        except BROKEN:
            yield HistoryProblem(found.name, _("It is damaged: what stands before the damage was read."))
        yield Closed(found.size, mark)

    def _messages(self, found: Opened, kind: Kind, place: Place) -> Generator[Read, None, Mark | None]:
        """Yield the messages of an archive; return how far it is read then, where that is kept with the source."""
        after = start = place.offset if found.mark is None else found.mark.next
        for at, raw, line in kind.messages(found, start):
            if kind.meetings:
                yield Message(at, None, raw)
            else:
                yield Message(at, headers.read(raw, line=line, latest=self.latest), raw if self.subjects else b"")
            after = at + 1
        return found.mark and found.mark._replace(next=max(after, found.mark.next + found.size))


@contextmanager
def read_ahead(reads: Iterator[Read]) -> Iterator[Iterator[Read]]:
    """Give the same reads for a block, made by a child process: see `ahead`."""
    with ahead(_packed(reads)) as items:
        yield (Message(one[0], headers.Head._make(one[2:]), one[1]) if type(one) is tuple else one for one in items)


def _packed(reads: Iterator[Read]) -> Iterator[Any]:
    """Make plain tuples of messages, which pickle packs in a third of the time."""
    for one in reads:
        yield (one.at, one.raw, *one.head) if type(one) is Message and one.head is not None else one
