"""How well a score tells who will be written to: AUC, average precision, NDCG of each ego, and their intervals."""

from __future__ import annotations

from typing import Any

import numpy as np

type Array = np.ndarray[Any, Any]

NAMES = ("AUC", "average precision", "NDCG")


class Ranking:
    """Pairs in the order of a score. Equal scores are one step: nobody gains by the order in a file."""

    def __init__(self, score: Array, after: Array, ego: Array) -> None:
        order = np.argsort(-score, kind="stable")
        self._ego = ego[order]
        self._hit = after[order] > 0
        steps = np.flatnonzero(np.diff(score[order])) + 1
        self._starts = np.concatenate([[0], steps])
        self._ndcg = _ndcg(score, after, ego)

    def measures(self, weight: Array | None = None) -> Array:
        """Return the three measures; `weight` says how often each ego (its number) was drawn."""
        each = np.ones(len(self._ego)) if weight is None else weight[self._ego]
        hits = np.add.reduceat(each * self._hit, self._starts)
        misses = np.add.reduceat(each * ~self._hit, self._starts)
        above_hits, above_all = np.cumsum(hits), np.cumsum(hits + misses)
        auc = (hits * (misses.sum() - np.cumsum(misses) + misses / 2)).sum() / (hits.sum() * misses.sum())
        precision = (hits * above_hits / np.maximum(above_all, 1e-300)).sum() / hits.sum()
        egos, values = self._ndcg
        times = np.ones(len(egos)) if weight is None else weight[egos]
        return np.array([auc, precision, (values * times).sum() / times.sum()])


def _ndcg(score: Array, after: Array, ego: Array) -> tuple[Array, Array]:
    """Return egos who wrote to somebody of at least two, and the NDCG of each; gains are log2(1 + messages)."""
    gain = np.log2(1 + after)
    order = np.lexsort((-score, ego))
    ego, gain, score = ego[order], gain[order], score[order]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(ego) != 0]))
    sizes = np.diff(np.append(starts, len(ego)))
    discount = 1 / np.log2(2 + np.arange(len(ego)) - np.repeat(starts, sizes))
    steps = np.flatnonzero(np.concatenate([[True], (np.diff(ego) != 0) | (np.diff(score) != 0)]))
    widths = np.diff(np.append(steps, len(ego)))
    shared = np.repeat(np.add.reduceat(gain, steps) / widths, widths)
    found = np.add.reduceat(shared * discount, starts)
    best = np.add.reduceat(gain[np.lexsort((-gain, ego))] * discount, starts)
    kept = (best > 0) & (sizes > 1)
    return ego[starts][kept], found[kept] / best[kept]


def drawn(egos: int, times: int, seed: int) -> list[Array]:
    """Return how often each ego is drawn in each of the resamples."""
    source = np.random.default_rng(seed)
    return [np.bincount(source.integers(0, egos, egos), minlength=egos).astype(float) for _ in range(times)]


def interval(values: Array) -> tuple[float, float]:
    """Return the middle 95 of 100."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def spearman(one: Array, other: Array) -> float:
    """Return the rank correlation, equal values sharing their rank."""
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: Array) -> Array:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[places])
