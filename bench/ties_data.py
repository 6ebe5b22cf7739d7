"""Graphs of the shared data as logs, and what is measured beside our ties: count, recency and Interactions Rank."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pyarrow as pa

from twoyes.network import ties

GRAPHS = Path(__file__).parents[2] / "shared" / "data" / "graphs"
DAY = 86_400

type Array = np.ndarray[Any, Any]


def timed(name: str) -> pa.Table:
    """Return "src dst seconds" lines as a log; lines of one sender and second are one message to several."""
    with gzip.open(GRAPHS / name, "rt") as lines:
        rows = np.loadtxt(lines, dtype=np.int64)
    rows = rows[rows[:, 0] != rows[:, 1]]
    # The same three numbers twice would be one letter to the same person twice.
    rows = np.unique(rows, axis=0)
    _message, at, size = np.unique(rows[:, [0, 2]], axis=0, return_inverse=True, return_counts=True)
    return log(rows[:, 0], rows[:, 1], rows[:, 2], others=size[at.ravel()] - 1)


def log(src: Array, dst: Array, at: Array, *, others: Array | None = None) -> pa.Table:
    """Return a log of mail with the columns that ties are made of."""
    others = np.zeros(len(src)) if others is None else others
    return pa.table(
        {"at": at, "src": src, "dst": dst, "others": others.astype(np.int16), "kind": np.zeros(len(src), np.int8)}
    )


def weighted(name: str) -> list[tuple[int, int, list[str]]]:
    """Return the lines of an untimed graph: two ends, then what is said of them."""
    with (GRAPHS / name).open(newline="") as lines:
        return [(int(row[0]), int(row[1]), row[2:]) for row in list(csv.reader(lines))[1:]]


def until(rows: pa.Table, at: int) -> pa.Table:
    """Return what lies at or before a moment."""
    return rows.filter(rows["at"].to_numpy() <= at)


class Candidates:
    """Everybody who had anything to do with somebody before a cut, both ways, and how often they wrote after it."""

    def __init__(self, rows: pa.Table, at: int, *, days: int) -> None:
        self.at = at
        self.before = until(rows, at)
        self.weeks = ibis.memtable(ties.weekly(ibis.memtable(self.before), at).to_pyarrow())
        pairs = ties.from_weeks(self.weeks, at).select("one", "other").to_pyarrow()
        one, other = pairs["one"].to_numpy(), pairs["other"].to_numpy()
        order = np.lexsort((other, one))
        self._one, self._other = one[order], other[order]
        self.ego, self.alter = np.concatenate([self._one, self._other]), np.concatenate([self._other, self._one])
        after = rows.filter((rows["at"].to_numpy() > at) & (rows["at"].to_numpy() <= at + days * DAY))
        self.after = self._looked_up(after, "count(*)")

    def ours(self, parameters: ties.Parameters) -> Array:
        """Return our strengths of the tie from ego to alter."""
        found = ties.from_weeks(self.weeks, self.at, parameters).to_pyarrow()
        order = np.lexsort((found["other"].to_numpy(), found["one"].to_numpy()))
        return np.concatenate([found[name].to_numpy()[order] for name in ("strength", "strength_back")])

    def count(self) -> Array:
        """Return how many messages went either way."""
        out, back = self._both("count(*)")
        return out + back

    def recency(self) -> Array:
        """Return when the last message went either way."""
        out, back = self._both('max("at")')
        return np.maximum(out, back)

    def interactions_rank(self, half_life: float, w_out: float) -> Array:
        """Return Roth's measure (KDD 2010) with its half-life in days."""
        out, back = self._both(f'sum(pow(0.5, ({self.at} - "at") / {half_life * DAY}))')
        return w_out * out + back

    def _both(self, what: str) -> tuple[Array, Array]:
        out = self._looked_up(self.before, what)
        half = len(out) // 2
        return out, np.concatenate([out[half:], out[:half]])

    def _looked_up(self, rows: pa.Table, what: str) -> Array:
        wanted = pa.table({"ego": self.ego, "alter": self.alter, "place": np.arange(len(self.ego))})
        with duckdb.connect() as engine:
            engine.register("rows", rows)
            engine.register("wanted", wanted)
            found = engine.execute(
                f"select coalesce(v, 0)::double from wanted left join (select src, dst, {what} v from rows"
                " group by all) on src = ego and dst = alter order by place"
            ).fetchnumpy()
        return np.asarray(next(iter(found.values())))
