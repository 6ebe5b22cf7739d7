"""The cast of this room: Cora connects, Otto is an outsider with a book of his own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from twoyes.lib import locking
from twoyes.people import front as people


@pytest.fixture(autouse=True)
def nobody_is_made_way_for() -> Iterator[None]:
    """Leave out the pause after each chunk, as long as the chunk took: here nobody else wants to write."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locking, "making_way", nullcontext)
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
