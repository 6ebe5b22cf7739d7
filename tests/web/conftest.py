"""Browsers of the four."""

from collections.abc import Iterator
from shutil import rmtree

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser
from twoyes.lib import apart, env
from twoyes.network import front as network


@pytest.fixture(autouse=True)
def launched() -> Iterator[list[str]]:
    """The imports and looks that pages would start as processes of their own; a test carries them itself."""
    started: list[str] = []
    # Patches of its own: no scene starts an import, so scenes may be put back where nothing else is patched.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "launch", lambda _command, about, *_more: started.append(about))
        patch.setattr(network, "rewrite_due", list)
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
