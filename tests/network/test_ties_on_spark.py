"""The same expression, unchanged, on Spark: a log that outgrew one machine needs nothing else.

That it can be said in Spark's words is tested everywhere. PySpark itself is in no lock file of ours (it wants a Java
beside it), so that it answers alike is skipped where it is not installed. To see it: `pip install
"ibis-framework[duckdb]" pyspark pytest hypothesis django numba` into an environment of its own, with a JDK 17, and
there `PYTHONPATH=src python -m pytest -o addopts= -p no:django --noconftest tests/network/test_ties_on_spark.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest
from pyarrow import parquet

from tests.network.interactions import NOW, SCHEMA, Line, found, read, table
from twoyes.network import ties


@pytest.fixture
def session() -> Iterator[Any]:
    spark_sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed")
    session = (
        spark_sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


def lines(count: int) -> list[Line]:
    made = random.Random(18)
    return [
        Line(
            src=made.randint(1, 9),
            dst=made.randint(1, 9),
            ago=made.uniform(-5, 2000),
            others=made.choice([0, 0, 2, 30]),
            kind=int(made.random() < 0.1),
            opens=made.random() < 0.3,
        )
        for _ in range(count)
    ]


def test_it_can_be_said_in_the_words_of_spark() -> None:
    # Databricks speaks Spark; the dialect of that name wants PySpark even to compile.
    log = ibis.table(ibis.Schema.from_pyarrow(SCHEMA), name="log")
    assert ibis.to_sql(ties.strengths(log, NOW), dialect="databricks").startswith("SELECT")


@pytest.mark.slow(40)
# Of Spark's own making.
@pytest.mark.filterwarnings("ignore")
def test_spark_answers_as_duckdb_does(session: Any, tmp_path: Path) -> None:
    parquet.write_table(table(lines(2000)), tmp_path / "part-1.parquet")
    spark = ibis.pyspark.connect(session)
    log = spark.read_parquet(str(tmp_path / "part-1.parquet"))
    answered = read(spark.to_pyarrow(ties.strengths(log, NOW)).to_pylist())
    expected = found(lines(2000))
    assert answered.keys() == expected.keys()
    assert len(expected) == 72
    for pair, (strength, facts) in expected.items():
        assert answered[pair][0] == pytest.approx(strength, rel=1e-9)
        for name, value in facts.as_json().items():
            assert getattr(answered[pair][1], name) == pytest.approx(value, rel=1e-9)
