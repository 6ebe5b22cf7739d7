"""Warm paths: who could introduce whom over at most three steps, and how warm the way is."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class WarmPath(NamedTuple):
    """A way from one person to another: `nodes` with both ends, and the strength of each step between them."""

    nodes: tuple[Any, ...]
    strengths: tuple[float, ...]
    warmth: float
    """The product of the strengths."""

    @property
    def weakest(self) -> float:
        """The strength of the weakest step."""
        return min(self.strengths)


_path = tuple.__new__
# As the search writes it (`kernels.Found`): three nodes, how many they are, three strengths, their product.
_ROW = struct.Struct("@4q4d")


class WarmIndex:
    """A directed graph of ties on the disk, from which the warmest paths are read in microseconds.

    Sixteen bytes a tie: a node and a strength (float32) in each direction, rows sorted by strength. Opened by memory
    map and shared between processes; never changed, only replaced. Several threads may ask at once.
    """

    def __init__(self, arrays: Sequence[Any], labels: Sequence[Any] | None) -> None:
        """Take the arrays in the order of the files. Use `build` or `open`."""
        from twoyes.network.warm import kernels

        self._out, self._into, self._labels = tuple(arrays[:4]), tuple(arrays[4:]), labels
        self._numbers = {label: number for number, label in enumerate(labels)} if labels is not None else None
        self._search, self._seen, self._people = kernels.search, kernels.SEEN, len(arrays[0]) - 1
        self._own = threading.local()

    @property
    def people(self) -> int:
        """How many nodes there are."""
        return self._people

    @property
    def ties(self) -> int:
        """How many ties there are, each counted once."""
        return len(self._out[1])

    @classmethod
    def build(
        cls,
        sources: ArrayLike,
        targets: ArrayLike,
        strengths: ArrayLike,
        directory: str | Path,
        *,
        nodes: int | Sequence[Any] | None = None,
    ) -> WarmIndex:
        """Sort ties into an index in this directory, in place of the one that is there, and open it.

        Three arrays of one length: from which node, to which node (numbers from 0), and how strong, above 0 and at
        most 1. `nodes` is how many there are, or what each is called, in the order of the numbers; then paths are
        asked for and told by these names. Ties to oneself are left out; of several between the same two, one way,
        the strongest counts. Raises ValueError for anything else.
        """
        from twoyes.network.warm import building, files

        files.save(Path(directory), *building.sort(sources, targets, strengths, nodes))
        return cls.open(directory)

    @classmethod
    def open(cls, directory: str | Path) -> WarmIndex:
        """Open the index in this directory. Raises FileNotFoundError where there is none, ValueError for another's."""
        from twoyes.network.warm import files

        return cls(*files.load(Path(directory)))

    def warm(self) -> None:
        """Read all of it and ask once, so that the first question waits neither for the disk nor for the compiler."""
        for array in (*self._out, *self._into):
            array.max(initial=0)
        if self._people > 1:
            names = self._labels or range(self._people)
            self.warm_paths(names[0], names[-1], k=1)

    def warm_paths(self, source: Any, target: Any, k: int = 10, max_steps: int = 3) -> list[WarmPath]:
        """Return the `k` warmest simple paths of at most `max_steps` (1 to 3) steps, the warmest first.

        Of equally warm ones that comes first whose nodes do. None leads to oneself. Raises KeyError for a node that
        is not there, ValueError for other steps.
        """
        if not 1 <= max_steps <= 3:
            raise ValueError("a path has one, two or three steps")
        numbers = self._numbers
        here, there = (source, target) if numbers is None else (numbers[source], numbers[target])
        if not (0 <= here < self._people and 0 <= there < self._people):
            raise KeyError(source if not 0 <= here < self._people else target)
        marks, found, room = self._scratch(k)
        count = self._search(self._out, self._into, marks, here, there, max_steps, found)
        if not count:
            return []
        rows = _ROW.iter_unpack(room[: count * _ROW.size])
        if self._labels is not None:
            rows = _named(rows, self._labels)
        # Most paths have all their steps, so that nothing is cut off; half of the time of a question was spent here.
        return [
            _path(WarmPath, ((source, one, two, three), (first, second, third), product))
            if n == 3
            else _path(WarmPath, ((source, one, two)[: n + 1], (first, second)[:n], product))
            for one, two, three, n, first, second, third, product in rows
        ]

    def _scratch(self, k: int) -> tuple[Any, ...]:
        """Return this thread's own arrays, in which a search writes."""
        if getattr(self._own, "k", None) != k:
            import numpy as np

            if not hasattr(self._own, "marks"):
                self._own.marks = np.zeros(self.people, np.float32), np.zeros(self._seen, np.uint8)
            numbers = np.zeros((max(k, 0) + 1, 8), np.int64)
            self._own.k, self._own.found = k, (numbers, numbers.view(np.float64))
            self._own.room = memoryview(numbers).cast("B")
        return self._own.marks, self._own.found, self._own.room


def _named(rows: Iterable[tuple[Any, ...]], names: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Put names in the place of the numbers, as many as the path has steps."""
    for row in rows:
        n = row[3]
        yield *(names[node] for node in row[:n]), *row[n:]
