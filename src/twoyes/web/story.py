"""/postroom/story/: the way into a house that is in use, and, inside of it, who is who and what stands where."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import clock, story
from twoyes.people import front as people
from twoyes.web import postroom_mail, replies
from twoyes.web.forms import Form
from twoyes.web.postroom_door import here_only

# The house beside is on this machine: it answers at once, or not yet.
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Shown:
    """The house beside this one. `state` is none, closed, failed, telling, opening or open."""

    state: str
    address: str = ""
    steps: int = 0
    of: int = 0
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An introduction with whose desk it is on, and whether any letter is about it."""

    connector: str
    row: introductions.DeskRow
    lettered: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """A state of the protocol, and the introductions that stand in it."""

    state: introductions.State
    rows: tuple[Standing, ...]


def shown() -> Shown:
    """Return how the house beside this one stands, with the one thing to press."""
    if not story.offered():
        return Shown("none")
    look = Form("open_story", "/postroom/story/open_story", (), _("Look around a house that is in use"))
    if not story.wanted():
        return Shown("failed" if story.failed() else "closed", form=look)
    away = Form("throw_away", "/postroom/story/throw_away", (), _("Throw that house away"))
    told, address = story.told(), story.address()
    if told is None or told.steps < told.of:
        return Shown("telling", address, told.steps if told else 0, told.of if told else 0, away)
    return Shown("open" if _answers(address) else "opening", address, told.steps, told.of, away)


@require_safe
@here_only
def page(request: HttpRequest) -> HttpResponse:
    """Show how far the story is told, or lead there; inside of it, show what stands where."""
    if story.within():
        return _inside(request)
    seen = shown()
    if seen.state in {"none", "closed", "failed"}:
        return _led(request, "/postroom/")
    if seen.state == "open" and request.GET.get("waiting"):
        return _led(request, f"{seen.address}/postroom/story/")
    return replies.page(request, "story_beside.html", {"story": seen})


def _led(request: HttpRequest, to: str) -> HttpResponse:
    """Lead there; a page that asks by itself, and may not follow to another address, is told to go."""
    asks_by_itself = request.headers.get("HX-Request") == "true"
    return HttpResponse(headers={"HX-Redirect": to}) if asks_by_itself else replies.see(to)


@require_http_methods(["GET", "HEAD", "POST"])
@here_only
def act(request: HttpRequest, act: str) -> HttpResponse:
    """Ask for the house beside this one, or for its end."""
    if request.method != "POST":
        return replies.see("/postroom/")
    if not story.offered() or act not in {"open_story", "throw_away"}:
        raise Http404
    if act == "open_story":
        story.want()
        return replies.see("/postroom/story/")
    story.throw_away()
    return replies.see("/postroom/")


def _inside(request: HttpRequest) -> HttpResponse:
    now, staff = clock.now(), people.connectors()
    lettered = postroom_mail.introductions()
    rows = [Standing(one.name, row, row.id in lettered) for one in staff for row in introductions.desk(one.id, now)]
    context = {
        "staff": [(one, _sit(one), sum(row.connector == one.name for row in rows)) for one in staff],
        "chapters": list(_chapters(rows)),
        "home": story.home(),
    }
    return replies.page(request, "story.html", context)


def _sit(connector: people.ConnectorView) -> Form:
    said = _("Sit down at this desk")
    return Form("sit", "/postroom/sit", (), said, hidden={"handle": connector.handle}, prefix=connector.handle)


def _chapters(rows: list[Standing]) -> Iterator[Chapter]:
    """Yield the states in the order of an introduction's life, each with what stands in it."""
    for state in introductions.State:
        found = tuple(one for one in rows if one.row.state is state)
        if found:
            yield Chapter(state, found)


def _answers(address: str) -> bool:
    """Say whether the house is open. The address is our own supervisor's word, on this machine."""
    if urlsplit(address).hostname not in {"localhost", "127.0.0.1"}:
        return False
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=_PATIENCE) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
