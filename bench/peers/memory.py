"""The machine's own limit: the ties that an exact answer has to look at, read once, and nothing done with them.

Whoever knows the warmth of the last path beforehand still has to read each tie whose bound is above it, and look
each far end up. That is what is read here, in the same files, in the same order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from twoyes.network import WarmIndex


class Memory:
    """Reads over the very arrays of an index."""

    def __init__(self, index: WarmIndex) -> None:
        """Look into the index: this is the one place that may."""
        self.out, self.into = index._out[:3], index._into[:3]  # noqa: SLF001 - the arrays are what is measured
        self.mark = np.zeros(index.people, np.float32)

    def plan(self, source: int, target: int, last: float) -> tuple[Any, Any]:
        """Return where each row that has to be read begins and ends, for the side that reads less; not timed."""
        there, back = (
            _rows(near, far, start, end, last)
            for near, far, start, end in ((self.out, self.into, source, target), (self.into, self.out, target, source))
        )
        chosen, side = min((there, self.out), (back, self.into), key=lambda one: int((one[0][1] - one[0][0]).sum()))
        return chosen, side

    def read(self, plan: tuple[Any, Any]) -> float:
        """Read them."""
        (begins, ends), side = plan
        return float(_read(begins, ends, side[1], side[2], self.mark))


@njit(cache=True)
def _rows(near: Any, far: Any, start: int, end: int, last: float) -> Any:
    at, to, tie = near
    first, stop = np.int64(at[start]), np.int64(at[start + 1])
    begin, finish = np.int64(far[0][end]), np.int64(far[0][end + 1])
    begins: list[Any] = [first, begin]
    ends: list[Any] = [first, finish]
    if begin < finish:
        strongest = np.float64(far[2][begin])
        for i in range(first, stop):
            bound = np.float64(tie[i]) * strongest
            if bound < last:
                break
            ends[0] = i + 1
            left, right = np.int64(at[to[i]]), np.int64(at[to[i] + 1])
            here = left
            while here < right and bound * np.float64(tie[here]) >= last:
                here += 1
            begins.append(left)
            ends.append(here)
    return np.array(begins), np.array(ends)


@njit(cache=True)
def _read(begins: Any, ends: Any, to: Any, tie: Any, mark: Any) -> float:
    total = np.float32(0)
    for row in range(begins.size):
        for i in range(begins[row], ends[row]):
            total += tie[i] + mark[to[i]]
    return total  # type: ignore[return-value]  # compiled
