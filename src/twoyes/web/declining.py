"""/desk/introductions/…/decline/: choose the words of a kind no, and read it first. Nothing leaves here (N2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twoyes.lib.errors import Refused
from twoyes.web import composing, replies
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.desk_page import page_of, refuse, show
from twoyes.web.forms import Form


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def words(request: HttpRequest, desk: Desk, introduction: str) -> HttpResponse:
    """Show the page with the words of what was chosen; what was typed is still there."""
    page = page_of(desk, introduction)
    if request.method != "POST" or "decline" not in page.acts:
        return replies.see(f"/desk/introductions/{introduction}/")
    return show(request, desk, page, act="decline/words")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def read(request: HttpRequest, desk: Desk, introduction: str) -> HttpResponse:
    """Show the letter as the requester would read it: alone for a script, else with the button that sends it."""
    page = page_of(desk, introduction)
    if request.method != "POST" or "decline" not in page.acts:
        return replies.see(f"/desk/introductions/{introduction}/")
    said = composing.posted(request)
    fields = composing.settled(said, said["filled"])
    if request.headers.get("HX-Request"):
        context = {"letter": composing.rehearsed(desk, introduction, fields)}
        return replies.page(request, "part/no_letter.html", context)
    try:
        letter = composing.letter(desk, introduction, fields)
    except Refused as refused:
        return refuse(request, desk, page, refused, act="decline")
    path = f"/desk/introductions/{introduction}/decline"
    known = {**said, "seq": request.POST.get("seq", "")}
    shown: dict[str, object] = {
        "desk": desk,
        "page": page,
        "letter": letter,
        "send": Form("decline", path, (), _("Send this letter"), hidden=known, main=True),
        "edit": Form("decline", f"{path}/words", (), _("Change something"), hidden=known),
    }
    return replies.page(request, "no_read.html", shown)
