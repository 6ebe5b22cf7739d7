"""One DuckDB for all tests of a process: to make one takes longer than what most tests ask of it.

Each caller gets a connection of its own, whose tables and views no other sees. What a whole engine has to itself, its
memory, its threads and the folder that it spills into, is looked at in processes of their own (bench/ties.py).
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from twoyes.network.log import opening
from twoyes.network.ties import engines


@cache
def _shared(real: Any, *given: Path) -> Any:
    return real(*given)


def _connected(real: Any, *given: Path) -> Any:
    import ibis

    return ibis.duckdb.from_connection(_shared(real, *given).con.cursor())


@pytest.fixture(autouse=True, scope="session")
def _one_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    ties, log = engines.engine, vars(opening)["_engine"]
    spill = tmp_path_factory.getbasetemp() / "spill"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "engine", lambda _spill: _connected(ties, spill))
        patch.setattr(opening, "_engine", lambda: _connected(log))
        yield
