"""The two inner loops, compiled: sorting ties into rows, and searching the rows of two people.

Imported by whoever builds or opens an index, never before: numba takes a second and a hundred megabytes.
"""

# numba compiles what stands here: one long function is faster to it than several, and types are the arrays' own.
from __future__ import annotations

from typing import Any

import numpy as np

from twoyes.network.warm import caching

caching.prepare()

from numba import njit  # noqa: E402 - it looks for its folder as it is imported

type Array = Any
type Rows = tuple[Array, Array, Array, Array]
# The strength with which each node is marked, and whether any node with these last bits is.
type Marks = tuple[Array, Array]
# For each path a row of eight: its nodes without the source, how many they are, its strengths, and their product. Seen
# as numbers and as strengths, the same memory. One row more is for the two ends.
type Found = tuple[Array, Array]
# A path as it is offered. Where it has fewer than three steps, `_NOBODY` ends its nodes and 1 its strengths.
type Nodes = tuple[int, int, int]
type Strengths = tuple[float, float, float]

# Two products that differ by rounding alone are the same bound.
_SLACK = 1.0 + 1e-12
_FEW = 48
_SAMPLED = 128
# So many neighbours of the far end are marked at first; most of the others cannot matter.
_MARKED = 256
_AHEAD = 16
SEEN = 1 << 14
_LOW = SEEN - 1
_whole: Any = np.int64
# What stands where in a row of what was found; its first three are nodes.
STEPS, WARMTH, WIDTH = 3, 7, 8
_NOBODY, _SURE = _whole(-1), np.float64(1.0)


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
    """Sort each row by strength, the strongest first; equals stay in the order of their numbers.

    By hand: what numpy's own sorting takes to be compiled is half of what all of this file would take.
    """
    longest = 0
    for row in range(offsets.size - 1):
        longest = max(longest, _whole(offsets[row + 1]) - _whole(offsets[row]))
    room, beside = np.empty(longest, strengths.dtype), np.empty(longest, other.dtype)
    for row in range(offsets.size - 1):
        begin, end = _whole(offsets[row]), _whole(offsets[row + 1])
        for start in range(begin, end, _FEW):
            for i in range(start + 1, min(start + _FEW, end)):
                strength, node, j = strengths[i], other[i], i
                while j > start and strengths[j - 1] < strength:
                    strengths[j], other[j] = strengths[j - 1], other[j - 1]
                    j -= 1
                strengths[j], other[j] = strength, node
        width = _FEW
        while width < end - begin:
            for start in range(begin, end - width, 2 * width):
                _merge(other, strengths, start, start + width, min(start + 2 * width, end), room, beside)
            width *= 2


@njit(cache=True, nogil=True)
def _merge(other: Array, strengths: Array, start: int, middle: int, end: int, room: Array, beside: Array) -> None:
    """Make one run of two that stand side by side, each with its strongest first; `room` holds the first meanwhile."""
    if strengths[middle - 1] >= strengths[middle]:
        return
    for i in range(middle - start):
        room[i], beside[i] = strengths[start + i], other[start + i]
    i, j, at = 0, middle, start
    while i < middle - start:
        if j < end and strengths[j] > room[i]:
            strengths[at], other[at] = strengths[j], other[j]
            j += 1
        else:
            strengths[at], other[at] = room[i], beside[i]
            i += 1
        at += 1


@njit(cache=True, nogil=True)
def _degree(rows: Rows, node: int) -> float:
    return float(rows[0][node + 1]) - float(rows[0][node])


@njit(cache=True, nogil=True)
def _work(rows: Rows, node: int) -> float:
    """Estimate how many ties stand in the rows that a row leads to, from a sample of it."""
    at, to = rows[0], rows[1]
    begin, end = at[node], at[node + 1]
    ties, seen = 0.0, 0
    for i in range(begin, end, max((end - begin) // _SAMPLED, 1)):
        ties += _degree(rows, to[i])
        seen += 1
    return ties * (end - begin) / seen if seen else 0.0


@njit(cache=True, nogil=True)
def _before(path: Nodes, other: Array) -> bool:
    """Say whether the nodes of a path come before those of another: of two that begin alike, the shorter one does."""
    if path[0] != other[0]:
        return bool(path[0] < other[0])
    if path[1] != other[1]:
        return bool(path[1] < other[1])
    return bool(path[2] < other[2])


@njit(cache=True, nogil=True)
def _offer(found: Found, count: int, n: int, path: Nodes, strengths: Strengths) -> int:
    """Put a path of `n` steps among the best, which stand in their order; return how many there are now."""
    nodes, ties = found
    product = strengths[0] * strengths[1] * strengths[2]
    at = count
    while at > 0 and (
        product > ties[at - 1, WARMTH] or (product == ties[at - 1, WARMTH] and _before(path, nodes[at - 1]))
    ):
        at -= 1
    if at == len(nodes) - 1:
        return count
    last = min(count, len(nodes) - 2)
    # Number by number: a row that is assigned as a whole costs several times as much.
    for i in range(last, at, -1):
        for j in range(WIDTH):
            nodes[i, j] = nodes[i - 1, j]
    nodes[at, 0], nodes[at, 1], nodes[at, 2], nodes[at, STEPS] = path[0], path[1], path[2], n
    ties[at, 4], ties[at, 5], ties[at, 6], ties[at, WARMTH] = strengths[0], strengths[1], strengths[2], product
    return int(last + 1)


@njit(cache=True, nogil=True)
def _limit(found: Found, count: int) -> float:
    """Return the product that a path has to reach: that of the last of the best, or what so many are known to reach."""
    return float(found[1][-2, WARMTH]) if count > len(found[1]) - 2 else 0.0


@njit(cache=True, nogil=True)
def _two_steps(rows: Rows, start: int, forward: bool, marks: Marks, strongest: float, found: Found, count: int) -> int:
    """Offer the paths over one other: whoever stands in the row of `start` and is marked."""
    at, to, tie, _best = rows
    mark = marks[0]
    target = found[0][-1, 0]
    for i in range(at[start], at[start + 1]):
        near = np.float64(tie[i])
        if near * strongest < _limit(found, count):
            break
        far = np.float64(mark[to[i]])
        if far > 0.0:
            strengths = (near, far, _SURE) if forward else (far, near, _SURE)
            count = _offer(found, count, _whole(2), (_whole(to[i]), target, _NOBODY), strengths)
    return count


@njit(cache=True, nogil=True)
def _fetch(rows: Rows, begin: int, end: int) -> float:
    """Touch the beginnings of the rows that a row leads to, so that they come from memory together, not one by one."""
    at, to, tie, _best = rows
    touched = 0.0
    for i in range(begin, end):
        first = at[to[i]]
        if first < tie.size:
            touched += tie[first] + to[first]
    return touched


@njit(cache=True, nogil=True)
def _three_steps(
    rows: Rows, start: int, forward: bool, marks: Marks, strongest: float, found: Found, count: int
) -> int:
    """Offer the paths over two others: from the row of `start` through the rows of those in it to whoever is marked.

    Where a bound is equal to the last of the best, what follows could only win by its nodes; going forward the first
    of them tells that it does not, so that a crowd of equal ties costs no more than one of different ones.
    """
    at, to, tie, best = rows
    mark, seen = marks
    worst, target = len(found[0]) - 2, found[0][-1, 0]
    end = target if forward else found[0][-1, 1]
    for i in range(at[start], at[start + 1]):
        if (i - at[start]) % _AHEAD == 0:
            found[1][-1, WARMTH] = _fetch(rows, i, min(i + _AHEAD, at[start + 1]))
        one, near, limit = _whole(to[i]), np.float64(tie[i]), _limit(found, count)
        if near * strongest * _SLACK < limit:
            break
        crowded = forward and count > worst and near * strongest == limit and one > found[0][worst, 0]
        if one == end or crowded or near * np.float64(best[one]) * strongest * _SLACK < limit:
            continue
        for j in range(at[one], at[one + 1]):
            middle = np.float64(tie[j])
            if near * middle * strongest * _SLACK < limit:
                break
            # Nine in ten are told apart by the few bytes that stay close to the processor.
            if seen[to[j] & _LOW] == 0:
                continue
            far = np.float64(mark[to[j]])
            if far > 0.0 and to[j] != start:
                two = _whole(to[j])
                path = (one, two, target) if forward else (two, one, target)
                count = _offer(found, count, _whole(3), path, (near, middle, far) if forward else (far, middle, near))
                limit = _limit(found, count)
    return count


@njit(cache=True, nogil=True)
def _walk(
    rows: Rows, start: int, forward: bool, marks: Marks, strongest: float, most: int, found: Found, count: int
) -> int:
    """Add the best paths to whoever is marked to those that were found; return how many there are."""
    mark = marks[0]
    if mark[start] > 0.0:
        tie = np.float64(mark[start])
        count = _offer(found, count, _whole(1), (found[0][-1, 0], _NOBODY, _NOBODY), (tie, _SURE, _SURE))
    if most > 1:
        count = _two_steps(rows, start, forward, marks, strongest, found, count)
    if most > 2:
        count = _three_steps(rows, start, forward, marks, strongest, found, count)
    return count


@njit(cache=True, nogil=True)
def search(out: Rows, into: Rows, marks: Marks, source: int, target: int, most: int, found: Found) -> int:
    """Find the warmest simple paths of at most `most` steps; return how many were found.

    Rows are `(offsets, nodes, strengths, strongest of each)`, sorted by strength, so that each loop ends where what
    follows could not be among the best any more. The neighbours of one end are marked, and the rows of the other end
    are walked: the end whose rows lead to fewer ties. Of a hub the closest are marked first; the paths found with them
    say how close the others have to be. `mark` has a zero for each node, before and after.
    """
    if source == target or len(found[1]) < 2:
        return 0
    if out[0][source] == out[0][source + 1] or into[0][target] == into[0][target + 1]:
        return 0
    forward = most < 2 or _work(out, source) + _degree(into, target) <= _work(into, target) + _degree(out, source)
    near, far = (out, into) if forward else (into, out)
    start, end = (source, target) if forward else (target, source)
    found[0][-1, 0], found[0][-1, 1] = target, source
    known, stop = _whole(far[0][end]), _whole(far[0][end + 1])
    mark, seen = marks
    count, last = _whole(0), min(known + _MARKED, stop)
    while known < stop:
        strongest, limit = np.float64(far[2][known]), _limit(found, count)
        if strongest * _SLACK < limit:
            break
        marked = known
        while marked < last and np.float64(far[2][marked]) * _SLACK >= limit:
            mark[far[1][marked]], seen[far[1][marked] & _LOW] = far[2][marked], 1
            marked += 1
        count = _walk(near, start, forward, marks, strongest, most, found, count)
        for i in range(known, marked):
            mark[far[1][i]], seen[far[1][i] & _LOW] = 0.0, 0
        known, last = marked, stop
    return int(count)
