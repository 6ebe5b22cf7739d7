"""The cast, and what is asserted after every step that a test of this room takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.introductions import checks
from tests.support.cast import Cast
from twoyes.introductions import engine


@pytest.fixture(autouse=True)
def folds_after_every_step(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each time a verb saves, the introduction must be the fold of its journal; so must all of them at the end."""
    if "cast" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("cast")
    save = engine.Work.save

    def save_and_look(work: engine.Work) -> None:
        save(work)
        checks.journaled([work.row.pk])

    # Patches of its own: scenes may be put back in a test whose `monkeypatch` changes nothing.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.Work, "save", save_and_look)
        yield
        checks.journaled()


@pytest.fixture
def delegate(cast: Cast) -> tuple[str, str]:
    """Dora, who may act for Cora: her id and her address."""
    from twoyes.people import front as people

    address = "dora@connects.example"
    return people.add_delegate("cora", address, name="Dora Delegate").id, address
