"""/v/: whoever holds the letter presses a button, and the address is proved. Opening the page proves nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.web import cookies, replies
from twoyes.web.forms import Form


@require_safe
def open_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Swap the token for a cookie, so that it stands in no history and no log (E11)."""
    link = introductions.open_link("verify", token, clock.now())
    if link is None:
        raise Http404
    response = replies.see(f"/v/{link}/")
    cookies.hand_over(response, "v", link, token)
    return response


@require_safe
def page(request: HttpRequest, link: str) -> HttpResponse:
    """Show the button. Whose address it is, and what was asked, stays out of it."""
    _key(request, link)
    form = Form(
        "verify",
        f"/v/{link}/verify",
        (),
        _("Yes, this is my address"),
        _("Then your request goes to the desk, and you see how it stands."),
        main=True,
    )
    return replies.page(request, "verify.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, link: str) -> HttpResponse:
    """Take the proof; this browser need not prove the address again for a month."""
    key = _key(request, link)
    if request.method != "POST":
        return replies.see(f"/v/{link}/")
    now = clock.now()
    try:
        introductions.verify(link, cookies.token_of(request, "v", link), now=now)
    except Refused as refused:
        status = replies.status_of(refused)
        return replies.page(request, "verify.html", {"refused": refused}, status=status)
    response = replies.see("/r/")
    cookies.prove(response, key, now)
    return response


def _key(request: HttpRequest, link: str) -> str:
    try:
        return introductions.requester_key(link, cookies.token_of(request, "v", link), clock.now(), "verify")
    except Refused as refused:
        raise Http404 from refused
