"""A page that must not name somebody does not do so by bad luck.

A form's token has dozens of letters, large and small: among thousands of pages one of them spells a short name some
day. Ids and links cannot, as they have small letters alone.
"""

from collections.abc import Iterator

import pytest
from django.middleware import csrf


@pytest.fixture(autouse=True, scope="session")
def _no_names_in_tokens() -> Iterator[None]:
    """Tokens of forms in the letters that no word of these tests is made of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csrf, "CSRF_ALLOWED_CHARS", "QXZ")
        yield
