"""/desk/way/: how asks and introductions leave: from our address, from the connector's mailbox, or as their drafts."""

from __future__ import annotations

from allauth.core import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Errors, Field, Form, Option, typed
from twoyes.web.fresh import is_fresh, when_fresh, who

PAGE = "/desk/way/"
WAYS = (
    Option(
        "mailbox",
        gettext_lazy("From my own mailbox"),
        gettext_lazy("Sent through your provider, from your address. Answers come to you, and to nobody else."),
    ),
    Option(
        "draft",
        gettext_lazy("As a draft in my own mailbox"),
        gettext_lazy(
            "It lies in your Drafts until you send it. To draft an ask is to make it: there is no second one. "
            "An introduction that you do not send within a week lapses."
        ),
    ),
)
FIELDS = (
    Field("way", gettext_lazy("How should they leave?"), kind="radio", options=WAYS, required=True),
    Field(
        "server",
        gettext_lazy("Server"),
        gettext_lazy("smtp.example.org to send from your mailbox, imap.example.org for drafts. Always inside TLS."),
        required=True,
    ),
    Field("user", gettext_lazy("User name"), gettext_lazy("Most often your mail address."), required=True),
    Field(
        "password",
        gettext_lazy("App password"),
        gettext_lazy(
            "One that your provider makes for this alone, never the one you log in with. It is kept sealed, and shown "
            "to nobody. Empty means the one that is kept here for this server, if there is one."
        ),
        kind="secret",
        autocomplete="off",
    ),
)
_BESIDE = {"bad_way": "way", "bad_server": "server", "bad_user": "user", "bad_text": "user", "no_password": "password"}
_DONE = {
    "mailbox": gettext_lazy("It works, and is kept. A test letter is on its way to you."),
    "draft": gettext_lazy("It works, and is kept. A test draft lies in your Drafts; you may delete it."),
    "leave": gettext_lazy("Your letters leave from Twoyes again. What let us into your mailbox is forgotten."),
}


@require_http_methods(["GET", "HEAD"])
@at_desk
def page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how this connector's letters leave, and the other ways."""
    return _show(request, desk)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
@when_fresh
def choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Try the way that was chosen, and keep it if it works. Whoever sends for another has no say in it."""
    if request.method != "POST":
        return replies.see(PAGE)
    _must_be_theirs(desk)
    given = typed(request, FIELDS)
    me = desk.connector
    try:
        if not ratelimit.consume(request, action="request_login_code", key=f"way {who(request).email}"):
            raise Refused("too_many", _("That was too often. Wait a few minutes."))
        way, server, user, password = (given[field.name].replace("\0", "") for field in FIELDS)
        own = people.read_way(me.id, way, server=server, user=user, password=password)
        mail.try_out(own, name=me.name, now=clock.now())
        people.keep_way(me.id, own)
    except Refused as refused:
        field = _BESIDE.get(refused.code, "server")
        status = 429 if refused.code == "too_many" else 422
        return _show(request, desk, {field: (refused.code, refused.sentence)}, status=status)
    return replies.see(f"{PAGE}?done={own.kind}")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
@when_fresh
def leave(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let letters leave from our address again."""
    if request.method != "POST":
        return replies.see(PAGE)
    _must_be_theirs(desk)
    people.leave_way(desk.connector.id)
    return replies.see(f"{PAGE}?done=leave")


def _must_be_theirs(desk: Desk) -> None:
    if not desk.is_theirs or settings.POST_ROOM:
        raise Http404


def _show(request: HttpRequest, desk: Desk, errors: Errors | None = None, *, status: int = 200) -> HttpResponse:
    own = people.own_way(desk.connector.id)
    held = mail.trouble(clock.now(), desk.connector.id) if own else None
    context = {
        "desk": desk,
        "own": own,
        "post_room": settings.POST_ROOM,
        "theirs": desk.is_theirs,
        "fresh": is_fresh(request),
        "form": _form(own).filled(request, errors) if errors else _form(own),
        "leave": Form("leave_way", f"{PAGE}leave", (), _("Leave from Twoyes again")),
        "trouble": held.sentence if held else "",
        "done": _DONE.get(request.GET.get("done", "")) if request.method != "POST" else "",
    }
    return replies.page(request, "way_out.html", context, status=status)


def _form(own: people.OwnWay | None) -> Form:
    values = {"way": own.kind, "server": f"{own.host}:{own.port}", "user": own.user} if own else {}
    then = _("You get a test at once. Nobody else hears of it, and nothing is kept unless it works.")
    return Form("choose_way", f"{PAGE}choose", FIELDS, _("Try it, and use it"), then, values=values, main=True)
