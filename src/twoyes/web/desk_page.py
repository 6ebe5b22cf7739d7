"""One introduction as its connector sees it: the words, the evidence, the findings, and a form for each open act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.introductions.front import OUT, DeskPage, State, Weighed, Wished
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web import by_mail, composing, desk_standing, desk_words, journal_words, replies
from twoyes.web.approval_forms import approval_forms, as_it_stands
from twoyes.web.asking_form import quoted
from twoyes.web.both_sides import both_sides, whose
from twoyes.web.desk_door import Desk
from twoyes.web.desk_forms import forms
from twoyes.web.forms import Form
from twoyes.web.ready_words import for_connector
from twoyes.web.second_address import maybe_on_card

# From here on what they wish to be asked is on their card alone.
_OVER = {*OUT, State.ERASED}


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
    errors = replies.errors_of(refused) if refused else {}
    approval, passing = approval_forms(request, desk, page, act=act, errors=errors)
    card = whose(desk, page, approval or passing)
    wished = _wished(desk, page, card, now)
    weighed = _weighed(desk, page, wished, now)
    findings = [one for one in weighed.findings if one.code not in _aside(weighed)]
    came = by_mail.about(page, now)
    answered = by_mail.noted(page, came)
    shown = [_kept(request, _ready(desk, form, answered), act, errors) for form in forms(page, findings)]
    # A text that was approved and waits to be taken comes before everything else.
    taking = next((form for form in shown if form.act == "by_hand" and page.row.state is State.ASKING), None)
    shown = [form for form in shown if form is not taking]
    done = desk_words.done(request.GET.get("done", ""), page) if request.method != "POST" else ""
    context = {
        "desk": desk,
        "page": page,
        **_list(desk, page, now, done=bool(done)),
        "answer": desk_words.answer(page),
        "ready": for_connector(page, desk.connector.name),
        "lines": [*by_mail.seen(page, came, now), *desk_words.lines_for_you(page)],
        "came": by_mail.lines(page, came),
        "answered": bool(answered),
        "journal": journal_words.journal(page),
        "letters": journal_words.letters(page),
        "next": desk_words.following(page),
        "words": _words(page),
        "by_you": "because" in page.words,
        "asked": page.row.state is State.ASKING,
        "agreed": page.row.state is State.AGREED,
        "findings": findings,
        "blocking": weighed.must_set_aside,
        "aside": desk_standing.aside(weighed),
        "maybe": maybe_on_card(desk, page) if page.row.state in desk_words.SCREENED else None,
        "standing": desk_standing.sentences(weighed.standing),
        **both_sides(desk, page, card, wished),
        "approval": approval,
        "ask": as_it_stands(desk, page, approval),
        "passing": passing,
        "forms": shown,
        "no": _no(request, desk, page, findings, act=act, errors=errors) if "decline" in page.acts else None,
        # Where there is one thing to do, it is not folded away; a change of mind is only there for when it comes.
        "only": _only(page, shown) if approval is None else "",
        "taking": taking,
        "done": done,
        "refused": refused if status != 422 else None,
        "given": introductions.copied(page.row.id, actor=desk.actor) is not None,
    }
    return replies.page(request, "introduction.html", context, status=status)


def _only(page: DeskPage, shown: list[Form]) -> str:
    changed_mind = page.row.state is not State.ASKING
    return shown[0].act if len(shown) == 1 and not (changed_mind and shown[0].act == "note_answer") else ""


def _no(
    request: HttpRequest,
    desk: Desk,
    page: DeskPage,
    findings: list[policy.Finding],
    *,
    act: str,
    errors: Mapping[str, tuple[str, str]],
) -> composing.Composer:
    """Return the composer of a kind no: blank, with the words of a choice, or with what is wrong in them."""
    if act == "decline/words":
        return composing.chosen(request, desk, page, findings)
    if act == "decline":
        return composing.again(request, desk, page, findings, errors)
    return composing.composer(desk, page, findings)


def _list(desk: Desk, page: DeskPage, now: datetime, *, done: bool) -> dict[str, object]:
    """Return what stands beside; who has decided on one goes on to the next without a look at the list."""
    rows = introductions.going_on(desk.connector.id, now)
    others = (row for row in rows if row.waits and row.id != page.row.id)
    return {"rows": rows, "after": next(others, None) if done else None}


def _ready(desk: Desk, form: Form, answered: Mapping[str, str]) -> Form:
    """Return a form with what is known already, to be changed if need be: a link for a talk (K4), an answer by mail."""
    if form.act == "talk":
        return replace(form, values={"times": people.booking_link(desk.connector.id)})
    return replace(form, values=answered) if form.act == "note_answer" and answered else form


def _wished(desk: Desk, page: DeskPage, card: people.Card | None, now: datetime) -> Wished | None:
    """Return what the one who would be asked wishes, as long as nobody was introduced."""
    if card is None or page.row.state in _OVER:
        return None
    owner, introduction = desk.connector.id, page.row.id
    return introductions.wished(owner, card.id, now, said=page.words, introduction=introduction)


def _weighed(desk: Desk, page: DeskPage, wished: Wished | None, now: datetime) -> Weighed:
    """Weigh a request by the house rules that its sender saw, as long as it is to be decided (K5, F4, B4, A5)."""
    if page.row.state not in desk_words.SCREENED:
        return Weighed()
    return introductions.weighed(desk.connector.id, page.row.id, now, wished=wished)


def _aside(weighed: Weighed) -> set[str]:
    return {code for one in weighed.aside for code in one.codes}


def _words(page: DeskPage) -> list[tuple[str, str]]:
    """Return what was written: by whoever asked, or where nobody did, by the connector."""
    because = page.words.get("because")
    return quoted(page.words) if because is None else [(_("Why these two"), because)] if because else []


def _kept(request: HttpRequest, form: Form, act: str, errors: Mapping[str, tuple[str, str]]) -> Form:
    return form.filled(request, errors) if form.act == act else form
