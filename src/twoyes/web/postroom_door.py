"""Who may enter the post room: this machine alone, and nobody once there is real mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from twoyes.web.clients import client


def here_only[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let the post room exist for this machine alone, and with nothing but the post room for mail."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.POST_ROOM or not _is_here(request):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _is_here(request: HttpRequest) -> bool:
    at = client(request)
    return at is not None and at.is_loopback
