"""Logs made by hand or by hypothesis, as tests of ties read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from hypothesis import strategies as st

from twoyes.network import ties

DAY = 86_400
NOW = 20_000 * DAY
MAIL, MEETING = 0, 1


@dataclass(frozen=True)
class Line:
    """One row of a log; `at` in days before NOW is `ago`."""

    src: int = 1
    dst: int = 2
    ago: float = 0.0
    others: int = 0
    kind: int = MAIL
    opens: bool = False

    def row(self) -> dict[str, Any]:
        row = asdict(self)
        return {**row, "at": NOW - int(row.pop("ago") * DAY)}


TYPES = (("at", "int64"), ("src", "int64"), ("dst", "int64"), ("others", "int16"), ("kind", "int8"), ("opens", "bool"))
SCHEMA = pa.schema([(name, pa.type_for_alias(kind)) for name, kind in TYPES])
LINES = st.builds(
    Line,
    src=st.integers(1, 4),
    dst=st.integers(1, 4),
    ago=st.one_of(st.integers(0, 40), st.integers(0, 3000)).flatmap(lambda day: st.sampled_from([day, day + 0.3])),
    others=st.sampled_from([0, 0, 1, 7, 499]),
    kind=st.sampled_from([MAIL, MAIL, MAIL, MEETING]),
    opens=st.booleans(),
)


def table(lines: Iterable[Line]) -> pa.Table:
    """The lines as a file of the log holds them, as far as ties look at it."""
    return pa.Table.from_pylist([line.row() for line in lines], schema=SCHEMA)


def log(lines: Iterable[Line]) -> ibis.Table:
    return ibis.memtable(table(lines))


@cache
def _engine() -> Any:
    return duckdb.connect(config={"threads": 1})


@cache
def _sql(expression: Callable[..., ibis.Table], at: int) -> str:
    # The expression is compiled once: DuckDB is fast on a few lines, compiling is not.
    lines = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="lines")
    return str(ibis.to_sql(expression(lines, at), dialect="duckdb"))


def found(lines: Iterable[Line], at: int = NOW) -> dict[tuple[int, int], tuple[float, ties.Facts]]:
    """Strength and facts of every tie, each way."""
    return read(asked(ties.strengths, table(lines), at).to_pylist())


def asked(expression: Callable[..., ibis.Table], rows: pa.Table, at: int) -> pa.Table:
    """What DuckDB answers to an expression over a table that has the columns of `SCHEMA`."""
    engine = _engine().cursor()
    engine.register("lines", rows)
    return engine.sql(_sql(expression, at)).to_arrow_table()


def read(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], tuple[float, ties.Facts]]:
    there = {(row["one"], row["other"]): ties.facts_of(row) for row in rows}
    return there | {(row["other"], row["one"]): ties.facts_of(row, turned=True) for row in rows}


def strength(*lines: Line) -> float:
    """The strength of the tie from 1 to 2."""
    return found(lines)[1, 2][0]
