"""How the doors answer: pages in the reader's language and zone, and one status for each kind of refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from twoyes.introductions import front as introductions
from twoyes.lib.errors import Refused

# One answer for unknown, expired and somebody else's (D24, E8, E10).
_NOT_HERE = {"nothing_here", "not_yours", "no_such_card", "no_such_connector"}
_TOO_MANY = {"too_many"}
# Refusals that a field of the form can mend, and which field that is.
_FIELDS = {
    "until": "until",
    "outcome": "outcome",
    "side": "side",
    "no_new_wish": "wish",
    "bad_address": "addresses",
    "bad_phone": "phones",
    "bad_text": "name",
    "self": "target",
    "reason": "reason",
    "channel": "channel",
    "bad_welcome": "welcome",
}


def see(address: str) -> HttpResponse:
    """Return a 303: what was posted is done, and its result is shown there."""
    return HttpResponse(status=303, headers={"Location": address})


def page(
    request: HttpRequest, template: str, context: Mapping[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    """Return a page, in the language that is active now."""
    response = render(request, f"web/{template}", dict(context or {}), status=status)
    response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    return response


def errors_of(refused: Refused) -> dict[str, tuple[str, str]]:
    """Return each field that the refusal is about with its code and sentence; {} where no field can mend it."""
    if isinstance(refused, introductions.BadFields):
        return refused.errors
    field = _FIELDS.get(refused.code)
    return {field: (refused.code, refused.sentence)} if field else {}


def status_of(refused: Refused) -> int:
    """Return 422 for a field, 429 for too many, 409 for what has moved on. Raises `Http404` for nothing here."""
    if refused.code in _NOT_HERE:
        raise Http404
    if refused.code in _TOO_MANY:
        return 429
    return 422 if errors_of(refused) else 409


@contextmanager
def spoken(language: str, zone: str) -> Iterator[None]:
    """Speak the language and tell the time of the person whose page this is."""
    try:
        known = translation.get_supported_language_variant(language)
    except LookupError:
        known = settings.LANGUAGE_CODE
    with translation.override(known), timezone.override(_zone(zone)):
        yield


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
