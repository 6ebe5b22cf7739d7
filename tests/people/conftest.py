"""The cast of this room: Cora connects, Otto is an outsider with a book of his own."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from twoyes.lib import locking
from twoyes.people import front

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(autouse=True)
def nobody_is_made_way_for() -> Iterator[None]:
    """Leave out the pause after each chunk of a file, as long as the chunk took: here nobody else wants to write.

    That others come in between is proved where two want to write (tests/lib/test_fairness.py).
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locking, "making_way", nullcontext)
        yield


@pytest.fixture
def cora(db: None) -> front.ConnectorView:
    return front.add_connector(
        "cora@connects.example", name="Cora Connects", handle="cora", language="de", zone="Europe/Berlin"
    )


@pytest.fixture
def otto(db: None) -> front.ConnectorView:
    return front.add_connector("otto@outside.example", name="Otto Outsider", handle="otto")


@pytest.fixture
def tom(cora: front.ConnectorView) -> front.Card:
    return front.add_card(
        cora.id,
        name="Dr. Tómas Target, PhD",
        organisation="Zürich Instruments",
        position="Head of Research",
        addresses=["tom@target.example", "tom@private.example"],
        phones=["+41 44 123 45 67"],
        notes="Likes to be asked in the morning.",
    )


@pytest.fixture
def connections() -> bytes:
    """A file as LinkedIn exports it, with each quirk that was seen in real ones."""
    return (FIXTURES / "Connections.csv").read_bytes()
