"""Who may stand at a desk: a login that acts for a connector, at this moment (E8, E26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from twoyes.introductions.front import Actor, Role
from twoyes.people import front as people
from twoyes.web import replies


@dataclass(frozen=True, slots=True)
class Desk:
    """Whose desk it is, and who stands at it."""

    connector: people.ConnectorView
    actor: Actor

    @property
    def is_theirs(self) -> bool:
        """Whether the connector stands there, and nobody who acts for them."""
        return self.connector.role == "connector"


def at_desk[**P, Page: HttpResponseBase](
    view: Callable[Concatenate[HttpRequest, Desk, P], Page],
) -> Callable[Concatenate[HttpRequest, P], Page | HttpResponse]:
    """Lead everybody else to the login, and a login that acts for nobody to a page that says so."""

    @wraps(view)
    def led(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> Page | HttpResponse:
        user_id = request.user.pk if request.user.is_authenticated else None
        if user_id is None:
            back = request.path if request.method in {"GET", "HEAD"} else "/desk/"
            return replies.see(f"{settings.LOGIN_URL}?{urlencode({'next': back})}")
        connector = people.connector_for_user(user_id)
        if connector is None:
            return replies.page(request, "no_desk.html", status=403)
        role = Role.CONNECTOR if connector.role == "connector" else Role.DELEGATE
        with replies.spoken(connector.language, connector.zone):
            return view(request, Desk(connector, Actor(role, connector.actor_id, "desk")), *args, **kwargs)

    return led


def first_row(request: HttpRequest) -> int:
    """Return from which row on the list is asked for; what is no number is its beginning."""
    text = request.GET.get("from", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
