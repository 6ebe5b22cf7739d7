"""From heads to chunks: in one order always, so that an import that was killed goes on as if it had not been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from twoyes.lib.errors import Unreachable
from twoyes.network import topics
from twoyes.network.parsing import Archive, Closed, Message, Place, Read
from twoyes.network.reading import meetings
from twoyes.network.records import HistoryProblem
from twoyes.network.sorting import Chunk, Sorter
from twoyes.network.sources.base import Mark
from twoyes.network.sources.patience import Beat

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


_NONE = Archive(Place(), "", None, fetched=False)


class Walk:
    """One way through what is read, from a place on. `latest` is after which no date is believed."""

    def __init__(self, sorter: Sorter, *, latest: int, beat: Beat) -> None:
        self.sorter, self.latest, self.beat = sorter, latest, beat
        self.step = Step(0, Chunk(), Place(), 0)
        self.archive = _NONE
        self.began = self.before = self.after = self.read = 0

    def steps(self, reads: Iterable[Read], place: Place, passed: int = 0) -> Iterator[Step]:
        """Yield chunk by chunk; each is of one path. What was yielded must be kept before the next is asked for."""
        self.before = passed - place.offset
        self.began = passed
        self.step = Step(place.path, Chunk(), place, passed)
        try:
            for one in reads:
                if isinstance(one, Message):
                    if self._is_full(one.at):
                        yield self._cut(one.at)
                    self._sort(one)
                    self._breathe()
                    self.after = one.at + 1
                elif isinstance(one, Archive):
                    self.archive, self.after = one, one.mark.next if one.mark else one.place.offset
                    self.step.kinds.add(one.kind)
                elif isinstance(one, Closed):
                    self._close(one)
                elif isinstance(one, HistoryProblem):
                    self.step.problems.append(one)
                else:
                    yield self._done(one, self.before)
                    self.step.path = one.path
        except Unreachable:
            # Servers come back; then what was read until here need not be fetched again.
            if self.archive.fetched and self.step.chunk.messages:
                yield self._cut(self.after)
            raise

    def _close(self, one: Closed) -> None:
        self.before += one.size
        self.archive = _NONE
        if one.mark is not None:
            self.step.marks.append(one.mark)

    def _cut(self, at: int) -> Step:
        """End the chunk before a place in the archive."""
        place, mark = self.archive.place, self.archive.mark
        if mark is None:
            place = place._replace(offset=at)
        else:
            self.step.marks.append(mark._replace(next=at))
        done = self._done(place, self._passed(at))
        self.step.kinds.add(self.archive.kind)
        return done

    def _passed(self, at: int) -> int:
        mark = self.archive.mark
        return self.before + at - (0 if mark is None else mark.next)

    def _sort(self, one: Message) -> None:
        if one.head is None:
            event = meetings.read(one.raw, latest=self.latest - AHEAD, is_own=self.sorter.is_own)
            self.sorter.meet(event, self.step.chunk)
        else:
            why = self.sorter.sort(one.head, self.step.chunk)
            if self.sorter.topics and why in topics.READ:
                topics.gather(self.sorter, one.head, one.raw, self.step.chunk)

    def _is_full(self, offset: int) -> bool:
        chunk = self.step.chunk
        much = len(chunk.columns) >= MOST_ROWS or self._passed(offset) - self.began >= MOST_BYTES
        most = min(MOST_FETCHED, MOST_MESSAGES) if self.archive.fetched else MOST_MESSAGES
        return chunk.messages >= most or (much and chunk.messages > 0)

    def _done(self, place: Place, passed: int) -> Step:
        done = self.step
        done.place, done.passed = place, passed
        self.step = Step(done.path, Chunk(), place, passed)
        self.began = passed
        return done

    def _breathe(self) -> None:
        self.read += 1
        if self.read % _BEAT == 0:
            self.beat()
