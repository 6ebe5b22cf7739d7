"""Where everybody stands in the picture of a network: Fruchterman and Reingold's layout, Leiden's communities.

In child processes alone, while a graph is made: igraph is never loaded where pages are served.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from twoyes.network.ways.plan import ALONE, SIDE, Plan

type Array = Any

# With the owner and whoever a way leads over, no more than five hundred are drawn.
MOST_PEOPLE, MOST_REST = 480, 14
MOST_TIES = 700
SEED = 20_260
# Nobody stands nearer to the edge than this.
EDGE = 60
# From so many people on circles are drawn apart: ties between them, and to the owner, pull this much less.
_FEW, _LOOSE, _HOLD = 60, 0.02, 2.0


def draw(nodes: Sequence[str], cards: int, ties: tuple[Array, Array, Array]) -> Plan:
    """Return where the owner (node 0) and the people on cards (1 to `cards`) stand; the same for the same graph.

    Of a larger book its core is drawn, by the strength of the ties to the owner; the rest are counted by community.
    Whoever is no card is in no picture. Places are in units of `SIDE`, from the upper left.
    """
    import numpy as np

    one, other, strength = _both_ways(cards, ties)
    mine = np.zeros(cards + 1)
    mine[other[one == 0]] = strength[one == 0]
    between = one > 0
    edges = one[between], other[between], strength[between]
    groups = _communities(cards, edges)
    order = _nearest_first(mine, edges)
    core, rest = order[:MOST_PEOPLE], order[MOST_PEOPLE:]
    counts = _rest(groups[rest])
    places = _layout(core, mine, groups, edges, list(counts))
    at = {int(node): place for place, node in enumerate(core)}
    drawn = [(at[a], at[b], round(s, 3)) for a, b, s in _strongest(edges) if a in at and b in at][:MOST_TIES]
    people = [
        (nodes[node], *places[1 + place], int(groups[node]), round(float(mine[node]), 3)) for node, place in at.items()
    ]
    more = [(group, count, *places[1 + len(people) + n]) for n, (group, count) in enumerate(counts.items())]
    return Plan(me=places[0], people=people, ties=drawn, more=more)


def _both_ways(cards: int, ties: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
    """Return each pair of cards once, the lower number first, with the stronger of its two ties."""
    import numpy as np

    source, target, strength = ties
    kept = (source <= cards) & (target <= cards)
    low, high = np.minimum(source, target)[kept], np.maximum(source, target)[kept]
    order = np.lexsort((-strength[kept], high, low))
    low, high, strength = low[order], high[order], strength[kept][order]
    first = np.ones(low.size, bool)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return low[first], high[first], strength[first]


def _communities(cards: int, edges: tuple[Array, Array, Array]) -> Array:
    """Return the community of each node by the ties among others, the largest first; `ALONE` for one by itself."""
    import igraph
    import numpy as np

    igraph.set_random_number_generator(Random(SEED))  # noqa: S311 - a picture has no secrets
    graph = igraph.Graph(n=cards + 1, edges=np.column_stack(edges[:2]))
    found = graph.community_leiden("modularity", weights=edges[2].astype(float), n_iterations=4)
    member = np.asarray(found.membership, np.int64)
    sizes = np.bincount(member)
    begins = np.full(sizes.size, cards + 1)
    np.minimum.at(begins, member, np.arange(cards + 1))
    number = np.empty(sizes.size, np.int64)
    number[np.lexsort((begins, -sizes))] = np.arange(sizes.size)
    return np.where(sizes[member] > 1, number[member], ALONE)


def _nearest_first(mine: Array, edges: tuple[Array, Array, Array]) -> Array:
    """Return the people by their tie to the owner, then by their ties to others."""
    import numpy as np

    ties = np.bincount(edges[0], edges[2], mine.size) + np.bincount(edges[1], edges[2], mine.size)
    nodes = np.arange(1, mine.size)
    return nodes[np.lexsort((nodes, -ties[1:], -mine[1:]))]


def _rest(groups: Array) -> dict[int, int]:
    """Return how many of each community are not drawn, the largest first; small ones are counted as `ALONE`."""
    import numpy as np

    found, counts = np.unique(groups, return_counts=True)
    known = sorted(zip(found.tolist(), counts.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    counted = dict([one for one in known if one[0] != ALONE][: MOST_REST - 1])
    left = sum(count for _group, count in known) - sum(counted.values())
    return counted | ({ALONE: left} if left else {})


def _strongest(edges: tuple[Array, Array, Array]) -> list[tuple[int, int, float]]:
    import numpy as np

    order = np.lexsort((edges[1], edges[0], -edges[2]))
    return list(zip(*(column[order].tolist() for column in edges), strict=True))


def _layout(
    core: Array, mine: Array, groups: Array, edges: tuple[Array, Array, Array], rest: list[int]
) -> list[tuple[float, float]]:
    """Return places for the owner, the core and the rest of each community, in this order."""
    import igraph
    import numpy as np

    size = 1 + core.size + len(rest)
    where = np.full(mine.size, -1)
    where[core] = np.arange(1, core.size + 1)
    there = (where[edges[0]] > 0) & (where[edges[1]] > 0)
    pairs = [np.column_stack((np.zeros(core.size, int), where[core]))]
    # Among many, the tie that everybody has to the owner would draw all into one knot.
    weights = [np.maximum(mine[core], 0.02) * (_LOOSE if core.size > _FEW else 1.0)]
    pairs.append(np.column_stack((where[edges[0]][there], where[edges[1]][there])))
    apart = groups[edges[0][there]] != groups[edges[1][there]]
    weights.append(edges[2][there] * np.where(apart & (core.size > _FEW), _LOOSE, 1.0))
    for number, group in enumerate(rest, 1 + core.size):
        # The rest of a community stands with those of it that are drawn, or by itself.
        others = where[core[groups[core] == group]] if group != ALONE else np.zeros(1, int)
        others = others if others.size else np.zeros(1, int)
        pairs.append(np.column_stack((others, np.full(others.size, number))))
        weights.append(np.full(others.size, 0.2))
    circles = np.concatenate(([ALONE], groups[core], rest)).astype(int)
    if core.size > _FEW:
        # A middle that is not drawn holds each circle together.
        found, middle = np.unique(circles, return_inverse=True)
        held = np.flatnonzero(circles != ALONE)
        pairs.append(np.column_stack((held, size + middle[held])))
        weights.append(np.full(held.size, _HOLD))
        circles, size = np.concatenate((circles, found)), size + found.size
    igraph.set_random_number_generator(Random(SEED))  # noqa: S311 - a picture has no secrets
    graph = igraph.Graph(n=size, edges=np.concatenate(pairs))
    begin = _begin(circles, size)
    laid = graph.layout_fruchterman_reingold(
        weights=np.concatenate(weights).astype(float).tolist(), niter=600, seed=begin, grid=True
    )
    return _fitted(np.asarray(laid.coords)[: 1 + core.size + len(rest)])


def _begin(groups: Array, size: int) -> list[tuple[float, float]]:
    """Return where the layout begins: the owner in the middle, each community in a direction of its own."""
    from math import cos, pi, sin

    chance = Random(SEED)  # noqa: S311 - a picture has no secrets
    spread = max(size, 4) ** 0.5
    turn = 2 * pi / (max(groups.max() + 1, 1))
    begin = [(0.0, 0.0)]
    for group in groups[1:].tolist():
        angle = chance.uniform(0, 2 * pi) if group == ALONE else turn * (group + chance.uniform(-0.3, 0.3))
        far = spread * chance.uniform(0.6, 1.0)
        begin.append((far * cos(angle), far * sin(angle)))
    return begin


def _fitted(places: Array) -> list[tuple[float, float]]:
    """Return places that fill the square, on both axes alike."""
    import numpy as np

    low, high = places.min(axis=0), places.max(axis=0)
    scale = (SIDE - 2 * EDGE) / max(float((high - low).max()), 1e-9)
    moved = (places - (low + high) / 2) * (scale if len(places) > 1 else 0) + SIDE / 2
    return [(float(x), float(y)) for x, y in np.round(moved, 1)]
