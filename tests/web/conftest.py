"""Browsers of the four."""

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser


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
