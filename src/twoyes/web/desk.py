"""/desk/: what waits, one introduction with all that the connector may know of it, and each act on it (N4)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from twoyes.introductions import front as introductions
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web import by_mail, desk_words, replies
from twoyes.web.desk_acts import ACTS, pressed
from twoyes.web.desk_door import Desk, at_desk, first_row
from twoyes.web.desk_page import page_of, refuse, show


@require_safe
@at_desk
def desk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List what waits, by age, and everything else below it (N1)."""
    begin, now = first_row(request), clock.now()
    part = introductions.desk_part(desk.connector.id, now, begin=begin)
    end = begin + len(part.rows)
    context = {
        "desk": desk,
        "waits": part.waits,
        "waiting": [row for row in part.rows if row.waits],
        "others": [row for row in part.rows if not row.waits],
        "begin": begin,
        "end": end,
        "total": part.total,
        "steps": {} if part.total else _first_steps(desk),
        "done": desk_words.done(request.GET.get("done", "")),
        # Without a way in nothing can have come.
        "unread": mail.unread_count(desk.connector.id) if settings.INBOX_URLS else 0,
        "way_shut": desk.connector.way and mail.trouble(now, desk.connector.id) is not None,
        "asks_stopped": introductions.asks_stopped(now),
        "came": by_mail.apart(desk.connector.id, now) if not begin else [],
        "helped": introductions.helped(desk.connector.id, now) if part.total and not begin else [],
    }
    return replies.page(request, "desk.html", context)


def _first_steps(desk: Desk) -> dict[str, bool]:
    """Return what is done already of what comes before the first request."""
    return {
        "people": bool(people.find(desk.connector.id, "", limit=1)),
        "policy": bool(desk.connector.published and policy.house_rules(desk.connector.id).welcome),
    }


@require_safe
@at_desk
def introduction(request: HttpRequest, desk: Desk, introduction: str) -> HttpResponse:
    """Show one introduction: the words, the evidence, the findings, and the acts that are open."""
    return show(request, desk, page_of(desk, introduction))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def act(request: HttpRequest, desk: Desk, introduction: str, act: str) -> HttpResponse:
    """Do one act, or say why not with nothing lost."""
    page = page_of(desk, introduction)
    if act not in ACTS:
        raise Http404
    if request.method != "POST":
        return replies.see(f"/desk/introductions/{introduction}/")
    now = clock.now()
    try:
        ACTS[act].do(pressed(request, introduction, act, desk.actor, now=now))
    except Refused as refused:
        return refuse(request, desk, page, refused, act=act)
    if act == "by_hand" and introductions.copied(introduction, actor=desk.actor) is not None:
        return replies.see(f"/desk/introductions/{introduction}/text")
    return replies.see(f"/desk/introductions/{introduction}/?done={act}")


@require_safe
@at_desk
def text(request: HttpRequest, desk: Desk, introduction: str) -> HttpResponse:
    """Show the text and the link that were given out by hand, to copy them once more."""
    page = page_of(desk, introduction)
    given = introductions.copied(introduction, actor=desk.actor)
    if given is None:
        raise Http404
    return replies.page(request, "by_hand.html", {"page": page, "given": given, "desk": desk})
