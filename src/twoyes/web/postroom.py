"""/postroom/: the letters that did not leave this machine, and a clock that can be moved. For trying things out.

It shows login codes and everybody's letters, so it exists only without real mail, and only for this machine.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.web import issued, postroom_mail, postroom_words, replies, story
from twoyes.web.forms import Field, Form
from twoyes.web.postroom_door import here_only
from twoyes.web.postroom_mail import Opened

_WEEK = timedelta(days=7)
# A letter in its frame: nothing runs, nothing is loaded, and a link opens a tab of its own, as in a mail program.
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
_LETTER: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": [_SANDBOX],
}


@require_safe
@here_only
def room(request: HttpRequest) -> HttpResponse:
    """List everybody who got letters, and say what time will bring."""
    return _room(request)


@require_safe
@here_only
def about(request: HttpRequest, introduction: str) -> HttpResponse:
    """List the letters of one introduction in the order in which they left."""
    lines = postroom_mail.about(introduction)
    if not lines:
        raise Http404
    return replies.page(request, "postroom_about.html", {"lines": lines})


@require_safe
@here_only
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Show one letter as its reader sees it, or with `?part=text` its text; and what was answered."""
    return _letter(request, _found(name))


@require_safe
@here_only
@xframe_options_sameorigin
@csp_override(_LETTER)
def letter_html(_request: HttpRequest, name: str) -> HttpResponse:
    """Hand over a letter's own small document, for the frame on its page."""
    return HttpResponse(_found(name).html)


@require_safe
@here_only
def raw(request: HttpRequest, name: str) -> HttpResponse:
    """Hand one letter over as the bytes that were sent."""
    found = postroom_mail.path_of(name.removesuffix(".eml"))
    if found is None:
        raise Http404
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.read_bytes(), content_type="message/rfc822", headers=head)


@require_http_methods(["GET", "HEAD", "POST"])
@here_only
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what was typed as mail from whoever the letter went to; nothing follows from it here."""
    opened, path = _found(name), postroom_mail.path_of(name)
    if request.method != "POST" or path is None:
        return replies.see(f"/postroom/{name}/")
    try:
        once = issued.once_of(request.POST.get("once", "")) or issued.once()
        mail.answer_as(path, request.POST.get("words", ""), once=once, now=clock.now())
    except Refused as refused:
        return _letter(request, opened, refused)
    return replies.see(f"/postroom/{name}/#answers")


@require_http_methods(["GET", "HEAD", "POST"])
@here_only
def sit(request: HttpRequest) -> HttpResponse:
    """Lead to a connector's desk. Whoever sees the post room can read login codes anyway."""
    if request.method != "POST":
        return replies.see("/postroom/")
    try:
        token = people.login_link(request.POST.get("handle", ""), clock.now())
    except Refused as refused:
        return _room(request, refused)
    return replies.see(f"/accounts/link/{token}")


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
    coming = introductions.coming(now)
    return coming.at if coming else now


def _room(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    now = clock.now()
    coming = introductions.coming(now)
    spans = [("day", _("One day on")), ("week", _("One week on"))]
    context = {
        "people": postroom_mail.people(),
        "now": now,
        "coming": coming,
        "thing": postroom_words.next_thing(coming) if coming else "",
        "refused": refused,
        "ticks": [_tick("next", _("Go there")) if coming else None, *(_tick(to, said) for to, said in spans)],
        "desks": [_desk(one) for one in people.connectors()],
        "story": story.shown(),
    }
    return replies.page(request, "postroom.html", context, status=409 if refused else 200)


def _tick(to: str, button: str) -> Form:
    return Form("tick", "/postroom/tick", (), button, hidden={"to": to}, main=to == "next")


def _desk(connector: people.ConnectorView) -> tuple[people.ConnectorView, Form]:
    return connector, Form("sit", "/postroom/sit", (), _("Sit down at this desk"), hidden={"handle": connector.handle})


def _letter(request: HttpRequest, opened: Opened, refused: Refused | None = None) -> HttpResponse:
    kept = mail.answers_to([opened.letter]).get(opened.letter, []) if opened.letter else []
    form = _answering(request, opened)
    if refused is not None:
        form = form.filled(request, {"words": (refused.code, refused.sentence)})
    context = {
        "letter": opened,
        "as_text": request.GET.get("part") == "text",
        "sandbox": _SANDBOX,
        "form": form,
        "answers": [(one.received_at, mail.said_in(one.raw)) for one in kept],
    }
    return replies.page(request, "postroom_letter.html", context, status=422 if refused else 200)


def _answering(request: HttpRequest, opened: Opened) -> Form:
    words = Field(
        "words",
        _("Answer as %(who)s") % {"who": opened.reader},
        _("It is kept as a mail program would have sent it, to %(to)s.") % {"to": opened.answers_to},
        kind="text",
        rows=5,
        required=True,
    )
    then = _("An answer by mail changes nothing by itself. What counts is pressed on a page.")
    action = f"/postroom/{opened.name}/answer"
    return Form("answer_as", action, (words,), _("Send the answer"), then, hidden=issued.kept(request))


def _found(name: str) -> Opened:
    opened = postroom_mail.opened(name)
    if opened is None:
        raise Http404
    return opened
