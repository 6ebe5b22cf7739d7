"""The cast of this room: Cora connects, Otto is an outsider with a book of his own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import pytest

from tests.network.histories import ADA, CORA, KIM, NOW, TOM, both_ways, mbox
from tests.support.scenes import remembered
from twoyes.lib import locking
from twoyes.network import importing
from twoyes.network.ways import building
from twoyes.people import front as people


@pytest.fixture(autouse=True)
def nobody_is_made_way_for() -> Iterator[None]:
    """Leave out the pause after each chunk, as long as the chunk took: here nobody else wants to write."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locking, "making_way", lambda **_last: nullcontext())
        yield


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own."""
    home = tmp_path / "data"
    monkeypatch.setenv("TWOYES_DATA", str(home))
    return home


@pytest.fixture
def cora(db: None, at_home: Path) -> str:
    return people.add_connector("cora@connects.example", name="Cora Lund", handle="cora").id


@pytest.fixture
def otto(db: None, at_home: Path) -> str:
    return people.add_connector("otto@outside.example", name="Otto Outsider", handle="otto").id


@pytest.fixture
def built(db: None, at_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Cora writes with Kim and a little with Ada; both write with Tom, whom she never wrote to, and she sees it."""
    return remembered(partial(_graph, tmp_path), monkeypatch)


def _graph(folder: Path) -> str:
    cora = people.add_connector(CORA, name="Cora Lund", handle="cora").id
    letters = both_ways(f"Cora Lund <{CORA}>", f"Kim Berg <{KIM}>", weeks=10)
    letters += both_ways(f"Cora Lund <{CORA}>", f"Ada Moor <{ADA}>", weeks=2)
    letters += both_ways(f"Kim Berg <{KIM}>", f"Tom Target <{TOM}>", weeks=8, cc=CORA)
    letters += both_ways(f"Ada Moor <{ADA}>", f"Tom Target <{TOM}>", weeks=8, cc=CORA)
    letters += both_ways(f"Kim Berg <{KIM}>", f"Ada Moor <{ADA}>", weeks=3, cc=CORA)
    importing.import_history(cora, [mbox(folder, *letters)])
    building.build(cora, NOW)
    return cora
