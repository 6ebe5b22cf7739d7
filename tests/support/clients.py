"""Django's test client without what no test looks at: middleware is built once, and contexts are not copied."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import UserSettingsHolder, settings
from django.core.handlers.base import BaseHandler
from django.test import client as django_client

_BUILT = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")


def _overridden() -> set[str]:
    """The settings that this test replaced."""
    found: set[str] = set()
    one: Any = vars(settings)["_wrapped"]
    while isinstance(one, UserSettingsHolder):
        found |= {name for name in vars(one) if name.isupper()} | vars(one)["_deleted"]
        one = one.default_settings
    return found


@pytest.fixture(autouse=True, scope="session")
def _one_chain_of_middleware() -> Iterator[None]:
    """Share the middleware among clients, which each would build it anew, files of the pages included.

    It is what one process of the product shares among requests too. A test that replaces a setting which any
    middleware may read has its own; those named TWOYES_ are read by none.
    """
    build, kept = BaseHandler.load_middleware, dict[str, Any]()

    def load(self: BaseHandler, is_async: bool = False) -> None:
        ours = isinstance(self, django_client.ClientHandler) and not is_async
        if not ours or any(not name.startswith("TWOYES_") for name in _overridden()):
            build(self, is_async)
            return
        if not kept:
            build(self)
            kept.update({name: getattr(self, name) for name in _BUILT})
        vars(self).update(kept)

    def note(store: dict[str, Any], signal: object, sender: object, template: Any, context: object, **_: Any) -> None:
        store.setdefault("templates", []).append(template)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseHandler, "load_middleware", load)
        patch.setattr(django_client, "store_rendered_templates", note)
        yield
