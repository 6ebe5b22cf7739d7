"""How an index is made: ties are checked, and sorted into rows both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from twoyes.network.warm import kernels

type Array = Any


def sort(
    sources: Any, targets: Any, strengths: Any, nodes: int | Sequence[Any] | None
) -> tuple[list[Array], list[Any] | None]:
    """Return the arrays of an index and the names of its nodes, if they have any. Raises ValueError."""
    tie = _strengths(strengths)
    ends = [_numbers(sources, tie.size), _numbers(targets, tie.size)]
    labels = None if nodes is None or isinstance(nodes, int) else list(nodes)
    people = max(int(one.max(initial=-1)) for one in ends) + 1
    if nodes is not None:
        known = nodes if isinstance(nodes, int) else len(labels or ())
        if people > known:
            raise ValueError(f"there are {known} nodes, and a tie names node {people - 1}")
        people = known
    if labels is not None and len(set(labels)) != len(labels):
        raise ValueError("two nodes have the same name")
    # By target, then by source: what is sorted last decides, and within a row the targets stay in order.
    _at, source, kept = _rows(ends[1], ends[0], tie, people)
    target = np.empty_like(source)
    kernels.spread(_at, target)
    out_at, out_to, out_tie = _rows(source, target, kept, people)
    left = kernels.keep_strongest(out_at, out_to, out_tie)
    out_to, out_tie = out_to[:left], out_tie[:left]
    source = np.empty_like(out_to)
    kernels.spread(out_at, source)
    in_at, in_to, in_tie = _rows(out_to, source, out_tie, people)
    del source, target, kept
    kernels.strongest_first(out_at, out_to, out_tie)
    kernels.strongest_first(in_at, in_to, in_tie)
    out, into = (out_at, out_to, out_tie), (in_at, in_to, in_tie)
    return [*out, _strongest(out_at, out_tie), *into, _strongest(in_at, in_tie)], labels


def _strongest(at: Array, tie: Array) -> Array:
    """Return the strongest tie of each row, 0 for an empty one: most rows of a hub need no other look."""
    first = np.zeros(at.size - 1, np.float32)
    filled = at[:-1] < at[1:]
    first[filled] = tie[at[:-1][filled]]
    return first


def _rows(keys: Array, other: Array, tie: Array, people: int) -> tuple[Array, Array, Array]:
    small = tie.size < 2**32 - 1
    at = np.zeros(people + 1, np.uint32 if small else np.uint64)
    to, strengths = np.empty_like(other), np.empty_like(tie)
    kernels.by_key(keys, other, tie, at, to, strengths)
    return at, to, strengths


def _strengths(given: Any) -> Array:
    tie = np.ascontiguousarray(given, np.float32)
    if tie.ndim != 1:
        raise ValueError("strengths are one array of numbers")
    if not bool(np.all((tie > 0) & (tie <= 1))):
        raise ValueError("a strength is above 0 and at most 1")
    return tie


def _numbers(given: Any, size: int) -> Array:
    ends = np.asarray(given)
    if ends.shape != (size,):
        raise ValueError("sources, targets and strengths are three arrays of one length")
    if size and ends.dtype.kind not in "iu":
        raise ValueError("sources and targets are whole numbers, from 0")
    if size and (int(ends.min()) < 0 or int(ends.max()) >= 2**31 - 1):
        raise ValueError("a node is a number from 0 to two thousand million")
    return np.ascontiguousarray(ends, np.int32)
