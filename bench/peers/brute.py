"""Every path of at most three steps, looked at without a bound: what any answer has to be equal to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from bench.graphs import Graph
from bench.peers import Way

VERSION = "compiled loops over all paths, no pruning"


class Brute:
    """Rows by source, and nothing sorted by strength."""

    def __init__(self, graph: Graph) -> None:
        """Sort the ties by source."""
        order = np.argsort(graph.sources, kind="stable")
        self.at = np.zeros(graph.people + 1, np.int64)
        np.cumsum(np.bincount(graph.sources, minlength=graph.people), out=self.at[1:])
        self.to, self.tie = graph.targets[order], graph.strengths[order]
        self.last = np.zeros(graph.people, np.float64)
        into = np.argsort(graph.targets, kind="stable")
        self.into_at = np.zeros(graph.people + 1, np.int64)
        np.cumsum(np.bincount(graph.targets, minlength=graph.people), out=self.into_at[1:])
        self.of, self.of_tie = graph.sources[into], graph.strengths[into]

    def paths(self, source: int, target: int, k: int = 10) -> list[Way]:
        """Return the k warmest simple paths."""
        rows = slice(self.into_at[target], self.into_at[target + 1])
        self.last[self.of[rows]] = self.of_tie[rows]
        found = _all(self.at, self.to, self.tie, self.last, source, target, k)
        self.last[self.of[rows]] = 0
        ways = [
            Way((source, *(int(node) for node in (one, other) if node >= 0), target), float(warmth))
            for warmth, one, other in zip(*found, strict=True)
            if warmth > 0
        ]
        return sorted(ways, key=lambda way: (-way.warmth, way.nodes))[:k]


@njit(cache=True)
def _all(at: Any, to: Any, tie: Any, last: Any, source: int, target: int, k: int) -> Any:
    # Twice as many as are asked for, so that of equals at the end the right ones are kept by whoever sorts them.
    warmth, one, other = np.zeros(2 * k), np.full(2 * k, -1, np.int64), np.full(2 * k, -1, np.int64)
    lowest = 0
    for i in range(at[source], at[source + 1]):
        a, near = to[i], np.float64(tie[i])
        if a == target:
            lowest = _keep(warmth, one, other, lowest, near, -1, -1)
            continue
        if last[a] > 0:
            lowest = _keep(warmth, one, other, lowest, near * last[a], a, -1)
        for j in range(at[a], at[a + 1]):
            b = to[j]
            if b not in (source, target) and last[b] > 0:
                lowest = _keep(warmth, one, other, lowest, near * np.float64(tie[j]) * last[b], a, b)
    return warmth, one, other


@njit(cache=True)
def _keep(warmth: Any, one: Any, other: Any, lowest: int, product: float, a: int, b: int) -> int:
    if product <= warmth[lowest]:
        return lowest
    warmth[lowest], one[lowest], other[lowest] = product, a, b
    return int(np.argmin(warmth))
