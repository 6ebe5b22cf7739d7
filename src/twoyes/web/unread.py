"""/desk/unread/: mail to our addresses that could not be read. Nothing of it is lost, and it can be read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.web import desk_words, replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Form, Words

PAGE = "/desk/unread/"
_CAME_TO: Mapping[str, Words] = {
    "reply": gettext_lazy("An answer to a letter"),
    "return": gettext_lazy("A report about a letter"),
    "thread": gettext_lazy("A line in an introduction"),
    "guard": gettext_lazy("An introduction that you forwarded"),
    "request": gettext_lazy("A request by mail"),
}
_WHY: Mapping[str, Words] = {
    "slow": gettext_lazy("Reading it took too long."),
    "MemoryError": gettext_lazy("Reading it took too much memory."),
}


@dataclass(frozen=True, slots=True)
class Unread:
    """A message on the page: what it seems to be, why nobody could read it, and what can be done."""

    message: mail.SetAside
    came_to: Words
    why: Words
    again: Form


@require_safe
@at_desk
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what is for this connector, newest first."""
    return _show(request, desk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def read_again(request: HttpRequest, desk: Desk, inbound: str) -> HttpResponse:
    """Let a message be read once more."""
    if request.method != "POST":
        if all(one.id != inbound for one in mail.unread_of(desk.connector.id)):
            raise Http404
        return replies.see(PAGE)
    try:
        mail.read_again(desk.connector.id, inbound)
    except Refused as refused:
        return _show(request, desk, refused)
    return replies.see(f"{PAGE}?done=read_again")


@require_safe
@at_desk
def raw(_request: HttpRequest, desk: Desk, inbound: str) -> HttpResponse:
    """Hand a message over as it came, for a mail program to open; no browser shows it (D29)."""
    found = mail.raw_unread(desk.connector.id, inbound)
    if found is None:
        raise Http404
    head = {
        "Content-Disposition": f'attachment; filename="{inbound}.eml"',
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    return HttpResponse(found, content_type="application/octet-stream", headers=head)


def _show(request: HttpRequest, desk: Desk, refused: Refused | None = None) -> HttpResponse:
    done = desk_words.done(request.GET.get("done", "")) if request.method != "POST" else ""
    context = {
        "desk": desk,
        "unread": [_unread(one) for one in mail.unread_of(desk.connector.id)],
        "done": done,
        "refused": refused,
    }
    return replies.page(request, "unread.html", context, status=replies.status_of(refused) if refused else 200)


def _unread(one: mail.SetAside) -> Unread:
    again = Form("read_again", f"{PAGE}{one.id}/read_again", (), _("Try to read it again"), prefix=f"{one.id}-")
    why = _WHY.get(one.why, gettext_lazy("It broke the program that reads mail."))
    return Unread(one, _CAME_TO.get(one.purpose, gettext_lazy("A message")), why, again)
