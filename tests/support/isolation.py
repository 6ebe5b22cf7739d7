"""Each test has data and state directories of its own; keys are made once per process, to save time."""

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import home, parts, postgres

# In CI a run must say the same thing twice; elsewhere each run may look at new examples.
settings.register_profile("house", deadline=None, print_blob=True, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

_NUMBERS = count(1)
# What takes longer than so many seconds begins before the journeys.
_JOURNEYS = 60


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let what takes longest begin first, so that nobody waits for it at the end.

    On PostgreSQL what touches no store is left out: it runs beside SQLite, and would say the same again.
    """
    items.sort(key=_order, reverse=True)
    if home.store() == "sqlite":
        return
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        (chosen if _touches_the_store(item) else others).append(item)
    items[:] = chosen
    config.hook.pytest_deselected(items=others)


def pytest_collection_finish() -> None:
    """Spare the collector what will never be garbage: the product, Django, and thousands of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Look for garbage until there is none: pytest looks ten times, each time through all that was ever imported."""
    for _ in range(5):
        if not gc.collect():
            break
    gc.freeze()


def _order(item: pytest.Item) -> tuple[int, int]:
    """Journeys stay together: whoever comes back to them opens a browser and furnishes a house once more."""
    slow = item.get_closest_marker("slow")
    seconds = 0 if slow is None else int(slow.args[0]) if slow.args else 1
    return _JOURNEYS if "journeys" in item.path.parts else seconds, seconds


def _touches_the_store(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "both", "postgres"))
    return marked or bool({"db", "transactional_db"} & set(getattr(item, "fixturenames", ())))


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty directory, as pytest's own is, but made by a single call: every test has one."""
    path = tmp_path_factory.getbasetemp() / f"t{next(_NUMBERS)}"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture(autouse=True)
def own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fresh TWOYES_DATA and XDG_STATE_HOME for each test. The keys are made once per process."""
    monkeypatch.setenv("TWOYES_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def store() -> str:
    """The engine of this run, `sqlite` or `postgres`."""
    return home.store()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A DATABASE_URL of a fresh database on the run's PostgreSQL, for children. Mark the test `postgres`."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def corpus() -> Path:
    """The directory of the shared test data. Mark the test `corpus`."""
    return parts.CORPUS


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium. Mark the test `browser`."""
    path = parts.browser()
    assert path, parts.lacking("browser")
    return path
