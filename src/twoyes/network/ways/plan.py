"""What is kept of a picture between two makings of a graph: places and communities by id, and nobody's name."""

from __future__ import annotations

from typing import NamedTuple

# The community of whoever has no tie that is seen to others in the book.
ALONE = -1
# The picture is a square of this side.
SIDE = 1_000


class Plan(NamedTuple):
    """Where everybody stands.

    `me` is the owner's place. `people`: id, x, y, community, strength of the tie to the owner, the nearest first.
    `ties`: two of the people by their number, and how strong. `more`: community, how many are not drawn, x, y.
    """

    me: tuple[float, float]
    people: list[tuple[str, float, float, int, float]]
    ties: list[tuple[int, int, float]]
    more: list[tuple[int, int, float, float]]
