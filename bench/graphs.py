"""Graphs to measure on: people whose number of ties follows a power law, up to hubs of so many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

HUB = 10_000
# Of P(degree) ~ degree^-2.2, as in mail and telephone networks (Barabási and Albert 1999 report 2.1 to 2.4).
EXPONENT = 2.2


@dataclass(frozen=True)
class Graph:
    """So many people, and three arrays of one length: who (int32), to whom (int32), how strong (float32)."""

    people: int
    sources: Any
    targets: Any
    strengths: Any

    def degrees(self) -> Any:
        """Return the number of ties out of each person and into them, added up."""
        both = np.bincount(self.sources, minlength=self.people)
        both += np.bincount(self.targets, minlength=self.people)
        return both

    def hubs(self) -> Any:
        """Return the 0.1 % best connected."""
        return np.argsort(self.degrees())[-max(self.people // 1000, 2) :]


def made(people: int, ties: int, *, seed: int = 1) -> Graph:
    """Return a graph in which both ends of a tie are drawn by weight; most ties are weak, few are strong.

    No tie leads to oneself, and none is there twice, so that there are a few less than `ties`.
    """
    random = np.random.default_rng(seed)
    weights = _weights(people, ties)
    shares = np.cumsum(weights) / weights.sum()
    ends = [_drawn(random, shares, ties) for _ in range(2)]
    order = random.permutation(people).astype(np.int32)
    pairs = np.unique(order[ends[0]].astype(np.int64) * people + order[ends[1]])
    sources, targets = (pairs // people).astype(np.int32), (pairs % people).astype(np.int32)
    kept = sources != targets
    strengths = (1 - random.random(int(kept.sum())) ** (1 / 3)).astype(np.float32)
    return Graph(people, sources[kept], targets[kept], np.clip(strengths, 1e-3, 1))


def pairs(graph: Graph, count: int, among: Any = None, *, seed: int = 2) -> list[tuple[int, int]]:
    """Return so many pairs of different people, drawn from all or from `among`."""
    random = np.random.default_rng(seed)
    drawn = random.choice(graph.people if among is None else among, (2 * count + 50, 2))
    return [(int(one), int(other)) for one, other in drawn if one != other][:count]


def _weights(people: int, ties: int) -> Any:
    """Expected ties of each person: a power law that is cut at HUB and adds up to `ties`."""
    ranks = np.arange(1, people + 1, dtype=np.float64) ** (-1 / (EXPONENT - 1))
    low, high = 0.0, float(ties)
    for _ in range(60):
        scale = (low + high) / 2
        low, high = (scale, high) if np.minimum(HUB, 1 + ranks * scale).sum() < ties else (low, scale)
    return np.minimum(HUB, 1 + ranks * high)


def _drawn(random: Any, shares: Any, count: int) -> Any:
    found = np.empty(count, np.int32)
    step = 5_000_000
    for begin in range(0, count, step):
        end = min(begin + step, count)
        found[begin:end] = np.minimum(np.searchsorted(shares, np.sort(random.random(end - begin))), shares.size - 1)
    # Sorted draws are found several times faster; shuffled again, both ends are independent.
    random.shuffle(found)
    return found
