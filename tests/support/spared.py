"""What pytest-django does before each test for products that have it, and this one has not.

Each of these takes longer than many a test. Mail leaves by the product's own transports, which the watch over leaks
looks at; there is no site framework, no live server, no mark for a template's errors.
"""

import pytest


@pytest.fixture(scope="session")
def _dj_autoclear_mailbox() -> None: ...


@pytest.fixture(scope="session")
def _django_clear_site_cache() -> None: ...


@pytest.fixture(scope="session")
def _django_isolate_apps() -> None: ...


@pytest.fixture(scope="session")
def _live_server_helper() -> None: ...


@pytest.fixture(scope="session")
def _template_string_if_invalid_marker() -> None: ...
