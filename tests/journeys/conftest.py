"""A house and a browser for the journeys, each shared by all that one process of the tests plays."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browsing import FLAGS
from tests.journeys.house import House
from tests.journeys.people import Stage, staged
from tests.support import home


# Not for the whole session: while a browser is driven, this thread has a loop that Django's own tests stumble over.
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as driver:
        one = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield one
        one.close()


@pytest.fixture(scope="package")
def place() -> Iterator[Path]:
    """A directory for houses, in memory where the machine has some to spare."""
    path = Path(tempfile.mkdtemp(prefix="journeys-", dir=home.room()))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="package")
def furnished(place: Path, browser: Browser) -> Iterator[Stage]:
    """A house with web and worker, and Cora's address book in it."""
    house = House(_room(place, "house"))
    with staged(house, browser) as one:
        yield one


@pytest.fixture
def stage(furnished: Stage) -> Iterator[Stage]:
    """The house for one journey; its people leave at the end, and none of their pages has complained."""
    yield furnished
    furnished.clear()


@pytest.fixture
def house(place: Path) -> Iterator[House]:
    """A house that is still empty, and closed."""
    one = House(Path(tempfile.mkdtemp(prefix="house-", dir=place)))
    yield one
    one.close()


def _room(place: Path, name: str) -> Path:
    room = place / name
    room.mkdir()
    return room
