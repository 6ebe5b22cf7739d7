"""Browsers of the four."""

from collections.abc import Iterator
from shutil import rmtree

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser
from twoyes.care import same
from twoyes.lib import env
from twoyes.network import front as network
from twoyes.network import jobs as histories
from twoyes.people import front as people
from twoyes.people import jobs


@pytest.fixture(autouse=True)
def launched() -> Iterator[list[str]]:
    """The imports and looks that pages would start as processes of their own; a test carries them itself."""
    started: list[str] = []
    # Patches of its own: no scene starts an import, so scenes may be put back where nothing else is patched.
    with pytest.MonkeyPatch.context() as patch:
        for door in (people, jobs):
            patch.setattr(door, "launch", started.append)
        patch.setattr(same, "_start", lambda owner, _runner: started.append(owner))
        for room in (network, histories):
            patch.setattr(room, "launch_history", started.append)
        patch.setattr(network, "rewrite_due", list)
        patch.setattr(network, "launch_rebuild", started.append)
        yield started
    # Rows go with the test, files do not.
    for name in ("network", "uploads"):
        rmtree(env.data_dir() / name, ignore_errors=True)


@pytest.fixture
def rita(cast: Cast) -> Browser:
    """Rita's browser, which has seen nothing yet."""
    return Browser(cast)


@pytest.fixture
def tom(cast: Cast) -> Browser:
    """Tom's browser."""
    return Browser(cast)


@pytest.fixture
def cora(cast: Cast) -> Browser:
    """Cora's browser, logged in."""
    browser = Browser(cast)
    browser.log_in()
    return browser


@pytest.fixture
def otto(cast: Cast) -> Browser:
    """Otto's browser, logged in at his own desk."""
    browser = Browser(cast)
    browser.log_in("otto")
    return browser
