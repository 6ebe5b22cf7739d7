"""What is drawn by chance is drawn again in the next run: a page that must not name somebody cannot do so by bad luck.

A token of a form has dozens of letters; among thousands of pages one of them spells a short name some day.
"""

from collections.abc import Iterator

import pytest
from django.middleware import csrf

from twoyes.lib import chance


@pytest.fixture(autouse=True)
def _same_luck(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test draws its ids and tokens from its own name. Threads and children draw from the system, as ever."""
    with chance.seeded(request.node.nodeid):
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_names_in_tokens() -> Iterator[None]:
    """Tokens of forms in the letters that no word of these tests is made of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csrf, "CSRF_ALLOWED_CHARS", "QXZ")
        yield
