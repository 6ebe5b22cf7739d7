"""From archives to chunks: in one order always, so that an import that was killed goes on as if it had not been."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from twoyes.lib.errors import Unreachable
from twoyes.network import topics
from twoyes.network.misplaced import not_mail
from twoyes.network.reading import meetings
from twoyes.network.reading.headers import read
from twoyes.network.records import HistoryProblem
from twoyes.network.sorting import Chunk, Sorter
from twoyes.network.sources import kind_of
from twoyes.network.sources.base import Found, Kind, Mark, Opened
from twoyes.network.sources.patience import Beat
from twoyes.network.sources.places import Problem, TooMuchError

# Clocks are wrong by hours, not by days: mail may be dated so many seconds ahead, which meetings may not.
AHEAD = 2 * 86_400
# A chunk ends after so many messages, rows or bytes: counted, never timed, so that every run has the same ones.
MOST_MESSAGES = 20_000
MOST_ROWS = 250_000
MOST_BYTES = 256 * 1024 * 1024
# What a server sends is kept sooner: to fetch it again takes longer than to read it again.
MOST_FETCHED = 2_000
# A carrier says that it is alive after so many messages.
_BEAT = 2_000


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


@dataclass(slots=True)
class Step:
    """A chunk with the place after it, the bytes passed until there, and the files that could not be read."""

    path: int
    chunk: Chunk
    place: Place
    passed: int
    kinds: set[str] = field(default_factory=set)
    problems: list[HistoryProblem] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


class Walk:
    """One way through everything that was named, from a place on. `latest` is after which no date is believed."""

    def __init__(self, named: list[Named], sorter: Sorter, *, latest: int, beat: Beat) -> None:
        self.named, self.sorter = named, sorter
        self.latest, self.beat = latest, beat
        self.step = Step(0, Chunk(), Place(), 0)
        self.began = self.before = self.read = 0

    def steps(self, place: Place, passed: int = 0) -> Iterator[Step]:
        """Yield chunk by chunk; each is of one path. What was yielded must be kept before the next is asked for."""
        self.before = passed - place.offset
        self.began = passed
        for path in range(place.path, len(self.named)):
            self.step = Step(path, Chunk(), place, passed)
            first = place if path == place.path else Place(path)
            for archive, found in enumerate(self.named[path].archives(self.beat)):
                if isinstance(found, Opened) and found.mark is not None:
                    # Folders come and go on a server: by its own mark each is found again, by its number it is not.
                    yield from self._archive(found, Place(path))
                elif archive >= first.archive:
                    start = first.offset if archive == first.archive else 0
                    yield from self._archive(found, Place(path, archive, start))
            yield self._done(Place(path + 1), self.before)

    def _archive(self, found: Opened | Problem, place: Place) -> Iterator[Step]:
        if isinstance(found, Problem):
            self.step.problems.append(HistoryProblem(found.where, found.why))
            return
        try:
            kind = kind_of(found)
            if kind is None:
                self._problem(found, not_mail(found))
            else:
                self.step.kinds.add(kind.name)
                yield from self._messages(found, kind, place)
        except TooMuchError:
            self._problem(found, _("It holds far more than mail can be packed into. Unpack it yourself."))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError):
            self._problem(found, _("It is damaged: what stands before the damage was read."))
        self.before += found.size

    def _messages(self, found: Opened, kind: Kind, place: Place) -> Iterator[Step]:
        after = start = place.offset if found.mark is None else found.mark.next
        try:
            for one in kind.messages(found, start):
                if self._is_full(found, one.place):
                    yield self._cut(found, place, one.place)
                    self.step.kinds.add(kind.name)
                self._sort(kind, one)
                self._breathe()
                after = one.place + 1
        except Unreachable:
            # Servers come back; then what was read until here need not be fetched again.
            if self.step.chunk.messages:
                yield self._cut(found, place, after)
            raise
        if found.mark is not None:
            self.step.marks.append(found.mark._replace(next=max(after, found.mark.next + found.size)))

    def _cut(self, found: Opened, place: Place, at: int) -> Step:
        """End the chunk before a place in an archive."""
        if found.mark is None:
            return self._done(place._replace(offset=at), self._passed(found, at))
        self.step.marks.append(found.mark._replace(next=at))
        return self._done(place, self._passed(found, at))

    def _passed(self, found: Opened, at: int) -> int:
        return self.before + at - (0 if found.mark is None else found.mark.next)

    def _sort(self, kind: Kind, one: Found) -> None:
        if kind.meetings:
            event = meetings.read(one.head, latest=self.latest - AHEAD, is_own=self.sorter.is_own)
            self.sorter.meet(event, self.step.chunk)
        else:
            head = read(one.head, line=one.line, latest=self.latest)
            why = self.sorter.sort(head, self.step.chunk)
            if self.sorter.topics and why in topics.READ:
                topics.gather(self.sorter, head, one.head, self.step.chunk)

    def _is_full(self, found: Opened, offset: int) -> bool:
        chunk = self.step.chunk
        much = len(chunk.columns) >= MOST_ROWS or self._passed(found, offset) - self.began >= MOST_BYTES
        most = MOST_MESSAGES if found.kind is None else min(MOST_FETCHED, MOST_MESSAGES)
        return chunk.messages >= most or (much and chunk.messages > 0)

    def _done(self, place: Place, passed: int) -> Step:
        done = self.step
        done.place, done.passed = place, passed
        self.step = Step(done.path, Chunk(), place, passed)
        self.began = passed
        return done

    def _problem(self, found: Opened, why: str) -> None:
        self.step.problems.append(HistoryProblem(found.name, why))

    def _breathe(self) -> None:
        self.read += 1
        if self.read % _BEAT == 0:
            self.beat()
