"""What others would do in our place: each with its version, its index, its warm-up and the query that is timed."""

from __future__ import annotations

from typing import NamedTuple


class Way(NamedTuple):
    """A path as every peer tells it: the nodes with both ends, and the product of its strengths."""

    nodes: tuple[int, ...]
    warmth: float
