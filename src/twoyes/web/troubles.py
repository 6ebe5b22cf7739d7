"""Pages for what went wrong. They read no store and no session, since those may be what is wrong."""

from __future__ import annotations

import sys

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template import loader


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: too much at once, or nothing that can be read."""
    return _plain("400.html", 400)


def forbidden(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: this is not yours to do."""
    return _plain("403.html", 403)


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same bytes for unknown, expired and somebody else's (D24, E8, E10)."""
    return _plain("404.html", 404)


def too_many(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: later."""
    return _plain("429.html", 429)


def failed(_request: HttpRequest) -> HttpResponse:
    """503 where the store is locked, full or read-only; else 500. In both nothing was changed."""
    if isinstance(sys.exc_info()[1], DatabaseError):
        response = _plain("503.html", 503)
        response.headers["Retry-After"] = "30"
        return response
    return _plain("500.html", 500)


def _plain(template: str, status: int) -> HttpResponse:
    return HttpResponse(loader.render_to_string(f"web/{template}"), status=status)
