"""The two inner loops, compiled: sorting ties into rows, and searching the rows of two people.

Imported by whoever builds or opens an index, never before: numba takes a second and a hundred megabytes.
"""

# numba compiles what stands here: one long function is faster to it than several, and types are the arrays' own.
from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

type Array = Any

# Two products that differ by rounding alone are the same bound.
_SLACK = 1.0 + 1e-12
_FEW = 48
_SAMPLED = 128


@njit(cache=True, nogil=True)
def by_key(keys: Array, other: Array, strengths: Array, offsets: Array, to_other: Array, to_strengths: Array) -> None:
    """Sort by key into rows, keeping the order within a row; `offsets` becomes where each row begins."""
    for i in range(keys.size):
        offsets[keys[i] + 1] += 1
    for row in range(offsets.size - 1):
        offsets[row + 1] += offsets[row]
    place = offsets[:-1].copy()
    for i in range(keys.size):
        at = place[keys[i]]
        place[keys[i]] = at + 1
        to_other[at] = other[i]
        to_strengths[at] = strengths[i]


@njit(cache=True, nogil=True)
def spread(offsets: Array, keys: Array) -> None:
    """Write the number of each row beside its elements: what `by_key` left out."""
    for row in range(offsets.size - 1):
        for i in range(offsets[row], offsets[row + 1]):
            keys[i] = row


@njit(cache=True, nogil=True)
def keep_strongest(offsets: Array, other: Array, strengths: Array) -> int:
    """Drop ties to oneself, and of several between the same two all but the strongest; rows are in order of `other`.

    Works in place, moves the offsets along and returns how many are left.
    """
    kept, begin = 0, 0
    for row in range(offsets.size - 1):
        end, first = offsets[row + 1], kept
        for i in range(begin, end):
            if other[i] == row:
                continue
            if kept > first and other[kept - 1] == other[i]:
                strengths[kept - 1] = max(strengths[kept - 1], strengths[i])
                continue
            other[kept], strengths[kept] = other[i], strengths[i]
            kept += 1
        offsets[row + 1], begin = kept, end
    return kept


@njit(cache=True, nogil=True)
def strongest_first(offsets: Array, other: Array, strengths: Array) -> None:
    """Sort each row by strength, the strongest first; equals stay in the order of their numbers."""
    for row in range(offsets.size - 1):
        begin, end = offsets[row], offsets[row + 1]
        if end - begin > _FEW:
            order = np.argsort(-strengths[begin:end], kind="mergesort")
            other[begin:end] = other[begin:end][order]
            strengths[begin:end] = strengths[begin:end][order]
            continue
        for i in range(begin + 1, end):
            strength, node, j = strengths[i], other[i], i
            while j > begin and strengths[j - 1] < strength:
                strengths[j], other[j] = strengths[j - 1], other[j - 1]
                j -= 1
            strengths[j], other[j] = strength, node


@njit(cache=True, nogil=True)
def _work(offsets: Array, other: Array, row_offsets: Array, node: int) -> float:
    """Estimate how many ties stand in the rows that a row leads to, from a sample of it."""
    begin, end = offsets[node], offsets[node + 1]
    step = max((end - begin) // _SAMPLED, 1)
    seen, ties = 0, 0
    for i in range(begin, end, step):
        ties += row_offsets[other[i] + 1] - row_offsets[other[i]]
        seen += 1
    return ties * (end - begin) / seen if seen else 0.0


@njit(cache=True, nogil=True)
def _offer(nodes: Array, ties: Array, steps: Array, warmth: Array, count: int, path: Array, tie: Array, n: int) -> int:
    """Put a path of `n` steps among the best, which stand in their order; return how many there are now."""
    product = tie[0]
    for i in range(1, n):
        product = product * tie[i]
    at = count
    while at > 0 and _before(product, path, n, warmth[at - 1], nodes[at - 1], steps[at - 1]):
        at -= 1
    if at == warmth.size:
        return count
    last = min(count, warmth.size - 1)
    for i in range(last, at, -1):
        nodes[i] = nodes[i - 1]
        ties[i] = ties[i - 1]
        steps[i] = steps[i - 1]
        warmth[i] = warmth[i - 1]
    for i in range(n):
        nodes[at, i] = path[i]
        ties[at, i] = tie[i]
    steps[at] = n
    warmth[at] = product
    return last + 1


@njit(cache=True, nogil=True)
def _before(product: float, path: Array, n: int, other_product: float, other: Array, other_n: int) -> bool:
    """Say whether a path comes before another: the warmer one, and of equals the one whose nodes come first."""
    if product != other_product:
        return product > other_product
    for i in range(min(n, other_n)):
        if path[i] != other[i]:
            return path[i] < other[i]
    return n < other_n


@njit(cache=True, nogil=True)
def search(
    out_at: Array, out_to: Array, out_tie: Array, in_at: Array, in_to: Array, in_tie: Array,
    mark: Array, source: int, target: int, most: int,
    nodes: Array, ties: Array, steps: Array, warmth: Array,
) -> int:  # fmt: skip
    """Find the warmest simple paths of at most `most` steps; return how many were found.

    A path stands in `nodes` without its source. `mark` has a zero for each node, before and after. Rows are sorted by
    strength, so that each loop ends where what follows could not be among the best any more.
    """
    count, best = 0, warmth.size
    path, tie = np.zeros(3, np.int64), np.zeros(3, np.float64)
    out_begin, out_end, in_begin, in_end = out_at[source], out_at[source + 1], in_at[target], in_at[target + 1]
    if source == target or best == 0 or out_begin == out_end or in_begin == in_end:
        return 0
    forward = True
    if most > 2:
        forward = in_end - in_begin + _work(out_at, out_to, out_at, source) <= (
            out_end - out_begin + _work(in_at, in_to, in_at, target)
        )
    elif most == 2:
        forward = in_end - in_begin >= out_end - out_begin
    strongest_out, strongest_in = np.float64(out_tie[out_begin]), np.float64(in_tie[in_begin])

    if forward:
        for i in range(in_begin, in_end):
            mark[in_to[i]] = in_tie[i]
        if mark[source] > 0.0:
            path[0], tie[0] = target, mark[source]
            count = _offer(nodes, ties, steps, warmth, count, path, tie, 1)
        if most > 1:
            for i in range(out_begin, out_end):
                tie[0] = out_tie[i]
                if count == best and tie[0] * strongest_in < warmth[best - 1]:
                    break
                if mark[out_to[i]] > 0.0:
                    path[0], path[1], tie[1] = out_to[i], target, mark[out_to[i]]
                    count = _offer(nodes, ties, steps, warmth, count, path, tie, 2)
        if most > 2:
            for i in range(out_begin, out_end):
                first = out_to[i]
                tie[0] = out_tie[i]
                limit = warmth[best - 1] if count == best else 0.0
                if tie[0] * strongest_in * _SLACK < limit:
                    break
                if first == target or (tie[0] * strongest_in == limit and first > nodes[best - 1, 0]):
                    continue
                for j in range(out_at[first], out_at[first + 1]):
                    tie[1] = out_tie[j]
                    if tie[0] * tie[1] * strongest_in * _SLACK < limit:
                        break
                    second = out_to[j]
                    if mark[second] > 0.0 and second != source:
                        tie[2] = mark[second]
                        path[0], path[1], path[2] = first, second, target
                        if tie[0] * tie[1] * tie[2] >= limit:
                            count = _offer(nodes, ties, steps, warmth, count, path, tie, 3)
                            limit = warmth[best - 1] if count == best else 0.0
        for i in range(in_begin, in_end):
            mark[in_to[i]] = 0.0
        return count

    for i in range(out_begin, out_end):
        mark[out_to[i]] = out_tie[i]
    if mark[target] > 0.0:
        path[0], tie[0] = target, mark[target]
        count = _offer(nodes, ties, steps, warmth, count, path, tie, 1)
    if most > 1:
        for i in range(in_begin, in_end):
            tie[1] = in_tie[i]
            if count == best and tie[1] * strongest_out < warmth[best - 1]:
                break
            if mark[in_to[i]] > 0.0:
                path[0], path[1], tie[0] = in_to[i], target, mark[in_to[i]]
                count = _offer(nodes, ties, steps, warmth, count, path, tie, 2)
    if most > 2:
        for i in range(in_begin, in_end):
            second = in_to[i]
            tie[2] = in_tie[i]
            limit = warmth[best - 1] if count == best else 0.0
            if tie[2] * strongest_out * _SLACK < limit:
                break
            if second == source:
                continue
            for j in range(in_at[second], in_at[second + 1]):
                tie[1] = in_tie[j]
                if tie[2] * tie[1] * strongest_out * _SLACK < limit:
                    break
                first = in_to[j]
                if mark[first] > 0.0 and first != target:
                    tie[0] = mark[first]
                    path[0], path[1], path[2] = first, second, target
                    if tie[0] * tie[1] * tie[2] >= limit:
                        count = _offer(nodes, ties, steps, warmth, count, path, tie, 3)
                        limit = warmth[best - 1] if count == best else 0.0
    for i in range(out_begin, out_end):
        mark[out_to[i]] = 0.0
    return count
