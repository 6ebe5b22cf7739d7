"""From archives to chunks: in one order always, so that an import that was killed goes on as if it had not been."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from twoyes.network import topics
from twoyes.network.reading import meetings
from twoyes.network.reading.headers import read
from twoyes.network.records import HistoryProblem
from twoyes.network.sorting import Chunk, Sorter
from twoyes.network.sources import ics, kind_of, not_mail
from twoyes.network.sources.base import Found, Kind, Opened
from twoyes.network.sources.places import Problem, TooMuchError

# Clocks are wrong by hours, not by days: mail may be dated so many seconds ahead, which meetings may not.
AHEAD = 2 * 86_400
# A chunk ends after so many messages, rows or bytes: counted, never timed, so that every run has the same ones.
MOST_MESSAGES = 20_000
MOST_ROWS = 250_000
MOST_BYTES = 256 * 1024 * 1024
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
    archives: Callable[[], Iterator[Opened | Problem]]


@dataclass(slots=True)
class Step:
    """A chunk with the place after it, the bytes passed until there, and the files that could not be read."""

    path: int
    chunk: Chunk
    place: Place
    passed: int
    kinds: set[str] = field(default_factory=set)
    problems: list[HistoryProblem] = field(default_factory=list)


class Walk:
    """One way through everything that was named, from a place on. `latest` is after which no date is believed."""

    def __init__(self, named: list[Named], sorter: Sorter, *, latest: int, beat: Callable[[], None]) -> None:
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
            for archive, found in enumerate(self.named[path].archives()):
                if archive >= first.archive:
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
                self._problem(found, not_mail())
            else:
                self.step.kinds.add(kind.name)
                for one in kind.messages(found, place.offset):
                    if self._is_full(one.place):
                        yield self._done(place._replace(offset=one.place), self.before + one.place)
                        self.step.kinds.add(kind.name)
                    self._sort(kind, one)
                    self._breathe()
        except TooMuchError:
            self._problem(found, _("It holds far more than mail can be packed into. Unpack it yourself."))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile, NotImplementedError):
            self._problem(found, _("It is damaged: what stands before the damage was read."))
        self.before += found.size

    def _sort(self, kind: Kind, one: Found) -> None:
        if kind is ics.KIND:
            event = meetings.read(one.head, latest=self.latest - AHEAD, is_own=self.sorter.is_own)
            self.sorter.meet(event, self.step.chunk)
        else:
            head = read(one.head, line=one.line, latest=self.latest)
            why = self.sorter.sort(head, self.step.chunk)
            if self.sorter.topics and why in topics.READ:
                topics.gather(self.sorter, head, one.head, self.step.chunk)

    def _is_full(self, offset: int) -> bool:
        chunk = self.step.chunk
        much = len(chunk.columns) >= MOST_ROWS or self.before + offset - self.began >= MOST_BYTES
        return chunk.messages >= MOST_MESSAGES or (much and chunk.messages > 0)

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
