"""What holds for every page that is not a file: it is kept by nobody, and found by no search engine (E11, E14).

And how things travel: what is the same for everybody is compressed, a page for one reader is not.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

# Pages that say the same to everybody, and nothing that whoever opens them wrote.
_FOR_ALL = {"", "@<handle:handle>", "@<handle:handle>/"}


class Squeezed(GZipMiddleware):
    """Compresses our files and the pages for everybody, and no other page.

    The length of a compressed page tells what is repeated in it. Where a page holds what only its reader may know, a
    stranger who can make it repeat a guess would read the rest from its length (BREACH), so it goes as it is.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what may be, where the browser takes it."""
        match = request.resolver_match
        ours = request.path_info.startswith(settings.STATIC_URL)
        if ours or (match is not None and match.route in _FOR_ALL and request.method in {"GET", "HEAD"}):
            return super().process_response(request, response)
        return response


class Discreet:
    """Marks each response `no-store` and `noindex`, unless a view said otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and say that the answer is for this reader alone."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response
