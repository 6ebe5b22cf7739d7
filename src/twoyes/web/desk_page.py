"""One introduction as its connector sees it: the words, the evidence, the findings, and a form for each open act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.introductions.front import DeskPage, State
from twoyes.lib import addresses, clock
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web import desk_words, journal_words, replies
from twoyes.web.approval_forms import approval_forms, as_it_stands
from twoyes.web.asking_form import quoted
from twoyes.web.both_sides import both_sides
from twoyes.web.desk_door import Desk
from twoyes.web.desk_forms import forms
from twoyes.web.forms import Form

_OWED = {"awaiting_outcome", "unreported"}


def page_of(desk: Desk, introduction: str) -> DeskPage:
    """Return an introduction of this desk; somebody else's is like one that does not exist (E8)."""
    page = introductions.desk_page(desk.connector.id, introduction, clock.now())
    if page is None:
        raise Http404
    return page


def refuse(request: HttpRequest, desk: Desk, page: DeskPage, refused: Refused, *, act: str) -> HttpResponse:
    """Show the introduction as it stands now, with what was typed and why it was not done."""
    status = replies.status_of(refused)
    return show(request, desk, page_of(desk, page.row.id), refused=refused, status=status, act=act)


def show(
    request: HttpRequest,
    desk: Desk,
    page: DeskPage,
    *,
    refused: Refused | None = None,
    status: int = 200,
    act: str = "",
) -> HttpResponse:
    """Return the page of one introduction."""
    now = clock.now()
    findings = find(desk, page, now) if page.row.state in desk_words.SCREENED else []
    errors = replies.errors_of(refused) if refused else {}
    shown = [_kept(request, _with_link(desk, form), act, errors) for form in forms(page, findings)]
    # A text that was approved and waits to be taken comes before everything else.
    taking = next((form for form in shown if form.act == "by_hand" and page.row.state is State.ASKING), None)
    shown = [form for form in shown if form is not taking]
    approval, passing = approval_forms(request, desk, page, act=act, errors=errors)
    done = desk_words.done(request.GET.get("done", ""), page) if request.method != "POST" else ""
    context = {
        "desk": desk,
        "page": page,
        **_list(desk, page, now, done=bool(done)),
        "answer": desk_words.answer(page),
        "lines": desk_words.lines_for_you(page),
        "journal": journal_words.journal(page),
        "letters": journal_words.letters(page),
        "next": desk_words.following(page),
        "words": _words(page),
        "by_you": "because" in page.words,
        "asked": page.row.state is State.ASKING,
        "agreed": page.row.state is State.AGREED,
        "findings": findings,
        **both_sides(desk, page, approval or passing),
        "approval": approval,
        "ask": as_it_stands(desk, page, approval),
        "passing": passing,
        "forms": shown,
        # Where there is one thing to do, it is not folded away.
        "only": shown[0].act if len(shown) == 1 and approval is None else "",
        "taking": taking,
        "done": done,
        "refused": refused if status != 422 else None,
        "given": introductions.copied(page.row.id, actor=desk.actor) is not None,
    }
    return replies.page(request, "introduction.html", context, status=status)


def _list(desk: Desk, page: DeskPage, now: datetime, *, done: bool) -> dict[str, object]:
    """Return what stands beside; who has decided on one goes on to the next without a look at the list."""
    rows = introductions.going_on(desk.connector.id, now)
    others = (row for row in rows if row.waits and row.id != page.row.id)
    return {"rows": rows, "after": next(others, None) if done else None}


def _with_link(desk: Desk, form: Form) -> Form:
    """Return the form that offers a talk with the link that the connector set once, to be changed if need be (K4)."""
    return replace(form, values={"times": people.booking_link(desk.connector.id)}) if form.act == "talk" else form


def find(desk: Desk, page: DeskPage, now: datetime) -> list[policy.Finding]:
    """Return what the rules of the house find in the words and in what is known of the sender (K5, F4)."""
    return policy.screen(page.words, facts=_facts(desk, page, now), for_connector=True)


def _facts(desk: Desk, page: DeskPage, now: datetime) -> policy.Facts:
    key = addresses.key(page.requester_address) if page.requester_address else ""
    theirs = introductions.requester_pages(key, now) if key else []
    others = [
        one for one in theirs if one.connector_handle == desk.connector.handle and one.introduction != page.row.id
    ]
    return policy.Facts(
        requester_is_connector=key == desk.connector.address_key,
        connector_name=desk.connector.name,
        outcomes_owed=sum(one.view.stage in _OWED for one in others),
        open_requests=sum(one.view.open for one in others),
    )


def _words(page: DeskPage) -> list[tuple[str, str]]:
    """Return what was written: by whoever asked, or where nobody did, by the connector."""
    because = page.words.get("because")
    return quoted(page.words) if because is None else [(_("Why these two"), because)] if because else []


def _kept(request: HttpRequest, form: Form, act: str, errors: Mapping[str, tuple[str, str]]) -> Form:
    return form.filled(request, errors) if form.act == act else form
