"""PostgreSQL and DuckDB, each with the ties in both orders, and one query for the ten warmest ways."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bench.graphs import Graph
from bench.peers import Way

# Strengths are doubles made of our floats, multiplied in the order of the way: the products are the same to the bit.
_WAYS = """
WITH near AS (SELECT target AS a, strength FROM ties WHERE source = {source}),
     far AS (SELECT source AS b, strength FROM ties_into WHERE target = {target}),
     ways AS (
       SELECT NULL::integer AS a, NULL::integer AS b, strength AS warmth FROM near WHERE a = {target}
       UNION ALL
       SELECT near.a, NULL, near.strength * far.strength FROM near JOIN far ON near.a = far.b WHERE near.a <> {target}
       UNION ALL
       SELECT near.a, far.b, near.strength * ties.strength * far.strength
       FROM near JOIN ties ON ties.source = near.a JOIN far ON ties.target = far.b
       WHERE near.a <> {target} AND far.b <> {source})
SELECT a, b, warmth FROM ways ORDER BY warmth DESC, coalesce(a, {target}), coalesce(b, {target}) LIMIT {k}
"""


def _ways(rows: list[Any], source: int, target: int) -> list[Way]:
    return [Way((source, *(node for node in row[:2] if node is not None), target), row[2]) for row in rows]


class DuckDB:
    """In its file, with the ties sorted by source and by target, which is what its zone maps and pruning joins use."""

    def __init__(self, graph: Graph) -> None:
        """Load the ties; the file is read once by the first queries."""
        import duckdb
        import pyarrow as pa

        self.place = tempfile.TemporaryDirectory(prefix="twoyes-bench-")
        self.connection = duckdb.connect(str(Path(self.place.name) / "ties.duckdb"))
        given = pa.table({"source": graph.sources, "target": graph.targets, "strength": graph.strengths.astype("f8")})
        self.connection.register("given", given)
        self.connection.execute("CREATE TABLE ties AS SELECT * FROM given ORDER BY source, target")
        self.connection.execute("CREATE TABLE ties_into AS SELECT * FROM given ORDER BY target, source")
        self.connection.execute("CHECKPOINT")
        self.connection.unregister("given")
        self.version = f"DuckDB {duckdb.__version__}"

    def paths(self, source: int, target: int, k: int = 10) -> list[Way]:
        """Return the k warmest simple paths."""
        query = _WAYS.format(source=source, target=target, k=k)
        return _ways(self.connection.execute(query).fetchall(), source, target)

    def close(self) -> None:
        """Delete what was made."""
        self.connection.close()
        self.place.cleanup()


class PostgreSQL:
    """A real server with covering indexes on source and on target, analysed; statements prepared."""

    def __init__(self, graph: Graph) -> None:
        """Load the ties by COPY, then index them."""
        import psycopg

        from tests.support import postgres

        self.connection = psycopg.connect(postgres.url(), autocommit=True)
        for setting in ("shared_buffers = '2GB'", "max_wal_size = '8GB'", "jit = off"):
            self.connection.execute(f"ALTER SYSTEM SET {setting}")
        self.connection.execute("SELECT pg_reload_conf()")
        self.connection.execute("DROP TABLE IF EXISTS ties CASCADE")
        self.connection.execute("CREATE UNLOGGED TABLE ties (source integer, target integer, strength float8)")
        cursor = self.connection.cursor()
        with cursor.copy("COPY ties FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for begin in range(0, graph.sources.size, 500_000):
                copy.write(_binary(graph, slice(begin, begin + 500_000)))
            copy.write(b"\xff\xff")
        self.connection.execute("CREATE INDEX ON ties (source) INCLUDE (target, strength)")
        self.connection.execute("CREATE INDEX ON ties (target) INCLUDE (source, strength)")
        self.connection.execute("CREATE VIEW ties_into AS SELECT * FROM ties")
        self.connection.execute("VACUUM ANALYZE ties")
        self.connection.execute("SET jit = off")
        self.connection.execute("SET work_mem = '256MB'")
        row = self.connection.execute("SHOW server_version").fetchone()
        self.version = f"PostgreSQL {row[0] if row else ''}"

    def paths(self, source: int, target: int, k: int = 10) -> list[Way]:
        """Return the k warmest simple paths."""
        query = _WAYS.format(source="%(source)s", target="%(target)s", k="%(k)s")
        given = {"source": source, "target": target, "k": k}
        return _ways(self.connection.execute(query, given, prepare=True).fetchall(), source, target)

    def close(self) -> None:
        """Delete what was made."""
        self.connection.execute("DROP TABLE ties CASCADE")
        self.connection.close()


def _binary(graph: Graph, part: slice) -> bytes:
    """Return rows as PostgreSQL's binary COPY has them: three fields with their lengths, big-endian."""
    layout = [("n", ">i2"), ("a", ">i4"), ("s", ">i4"), ("b", ">i4"), ("t", ">i4"), ("c", ">i4"), ("f", ">f8")]
    rows = np.zeros(graph.sources[part].size, np.dtype(layout))
    rows["n"], rows["a"], rows["b"], rows["c"] = 3, 4, 4, 8
    rows["s"], rows["t"], rows["f"] = graph.sources[part], graph.targets[part], graph.strengths[part]
    return io.BytesIO(rows.tobytes()).getvalue()
