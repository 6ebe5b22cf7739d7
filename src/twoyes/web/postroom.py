"""/postroom/: the letters that did not leave this machine, and a clock that can be moved. For trying things out.

It shows login codes and everybody's letters, so it exists only without real mail, and only for this machine.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from functools import wraps
from pathlib import Path
from typing import Concatenate
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import clock, env
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.web import replies
from twoyes.web.forms import Form

_NAME = re.compile(r"\d{6,}-[0-9A-Za-z_-]+\.eml")
_LINK = re.compile(r"^https?://\S+$")
_SHOWN = 200
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as the page lists it. `lines` are those of its text; a line that is a link has its local path."""

    name: str
    kind: str
    to: str
    subject: str
    sent: str
    lines: tuple[tuple[str, str], ...]


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


@require_safe
@here_only
def room(request: HttpRequest) -> HttpResponse:
    """List the letters, newest first."""
    return _room(request)


@require_safe
@here_only
def raw(request: HttpRequest, name: str) -> HttpResponse:
    """Hand one letter over as the bytes that were sent."""
    found = next((path for path in _files() if path.name == name), None)
    if found is None:
        raise Http404
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.read_bytes(), content_type="message/rfc822", headers=head)


@require_http_methods(["GET", "HEAD", "POST"])
@here_only
def tick(request: HttpRequest) -> HttpResponse:
    """Move the clock forward: to the next thing, or by a day or a week; everything due happens on the way."""
    if request.method != "POST":
        return replies.see("/postroom/")
    try:
        mail.tick(_goal(request.POST.get("to", ""), clock.now()))
    except Refused as refused:
        return _room(request, refused)
    return replies.see("/postroom/")


def _goal(to: str, now: datetime) -> datetime:
    if to == "day":
        return now + timedelta(days=1)
    if to == "week":
        return now + _WEEK
    return introductions.next_due(now) or now


def _room(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    now = clock.now()
    context = {
        "letters": [_letter(path) for path in _files()[:_SHOWN]],
        "now": now,
        "next": introductions.next_due(now),
        "refused": refused,
        "ticks": [
            _tick("next", _("To the next thing that happens")),
            _tick("day", _("One day on")),
            _tick("week", _("One week on")),
        ],
    }
    return replies.page(request, "postroom.html", context, status=409 if refused else 200)


def _tick(to: str, button: str) -> Form:
    return Form("tick", "/postroom/tick", (), button, hidden={"to": to})


def _files() -> list[Path]:
    folder = env.data_dir() / "postroom"
    names = [path for path in folder.iterdir() if _NAME.fullmatch(path.name)] if folder.is_dir() else []
    return sorted(names, key=lambda path: int(path.name.partition("-")[0]), reverse=True)


def _letter(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    return Letter(
        name=path.name,
        kind=path.stem.partition("-")[2],
        to=str(message.get("X-Twoyes-Envelope-To", "")),
        subject=str(message.get("Subject", "")),
        sent=str(message.get("Date", "")),
        lines=tuple(_lines(str(text))),
    )


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line with its path on this server, where it is a link to one of our own pages."""
    for line in text.splitlines():
        ours = _LINK.match(line) and line.startswith(f"{settings.TWOYES_URL}/")
        yield line, urlsplit(line).path if ours else ""


def _is_here(request: HttpRequest) -> bool:
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
