"""/healthz and /readyz: whether this process answers, and whether its store does. Neither writes (F24)."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import clock


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Say that process and store answer. When letters left is not said: whoever asked could read an answer from it."""
    try:
        introductions.last_departure()
    except DatabaseError:
        return JsonResponse({"status": "fail", "store": "unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say whether requests may come: the store can be read."""
    try:
        introductions.next_due(clock.now())
    except DatabaseError:
        return JsonResponse({"status": "fail"}, status=503)
    return JsonResponse({"status": "ok"})
