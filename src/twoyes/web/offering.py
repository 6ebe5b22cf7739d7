"""What the desk begins by itself: an offer to two people, a note of what happened elsewhere, a request by phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twoyes.introductions import front as introductions
from twoyes.introductions.front import Frozen
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web import issued, replies
from twoyes.web.asking_form import ASKING
from twoyes.web.cards import chosen_cards, linked_card, meant, options, to_choose
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Field, Form, typed
from twoyes.web.offer_forms import DATE_OF_RECORD, OFFER, SIDES, person

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@at_desk
def offer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Offer two people to each other: first both texts are read, then the first of the two is asked (A1)."""
    if request.method != "POST" or request.POST.get("step") == "edit":
        return _show(request, desk, _offer_form(request, desk))
    try:
        fields = {**typed(request, OFFER), **chosen_cards(request, desk.connector.id, *SIDES)}
        texts = _texts(desk, fields)
        read, step = request.POST.get("sha256", ""), request.POST.get("step", "")
        if step == "preview":
            return _read(request, desk, fields, texts)
        if (step or read) and read != _both(texts):
            return _read(request, desk, fields, texts, status=409)
        made = introductions.offer(desk.connector.id, fields, frozen=texts, actor=desk.actor, now=clock.now())
    except Refused as refused:
        return _again(request, desk, _offer_form(request, desk), refused)
    return replies.see(f"/desk/introductions/{made.id}/?done=offer")


@require_http_methods(_METHODS)
@at_desk
def record(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note an introduction that was made elsewhere, so that it is followed up."""
    form = _record_form(request, desk)
    if request.method != "POST":
        return _show(request, desk, form)
    try:
        fields = {**typed(request, DATE_OF_RECORD), **chosen_cards(request, desk.connector.id, *SIDES)}
        once = issued.once_of(request.POST.get("once", ""))
        made = introductions.record(desk.connector.id, fields, actor=desk.actor, now=clock.now(), idempotency_key=once)
    except Refused as refused:
        return _again(request, desk, form, refused)
    return replies.see(f"/desk/introductions/{made.id}/?done=record")


@require_http_methods(_METHODS)
@at_desk
def draft(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Note a request that came by phone, by mail or on paper; with an address it is asked to prove itself."""
    form = _draft_form(request, desk)
    if request.method != "POST":
        return _show(request, desk, form)
    try:
        said, once = typed(request, ASKING), issued.once_of(request.POST.get("once", ""))
        made = introductions.draft(desk.connector.id, said, actor=desk.actor, now=clock.now(), idempotency_key=once)
    except Refused as refused:
        return _again(request, desk, form, refused)
    return replies.see(f"/desk/introductions/{made.id}/?done=draft")


def _texts(desk: Desk, fields: Mapping[str, str]) -> tuple[Frozen, Frozen]:
    days = str(policy.house_rules(desk.connector.id).ask_days)
    both = []
    for side in SIDES:
        facts = introductions.offer_facts(desk.connector.id, fields, side)
        both.append(mail.preview(replace(facts, approval={**facts.approval, "ask_days": days})))
    return both[0], both[1]


def _both(texts: tuple[Frozen, Frozen]) -> str:
    return "-".join(one.sha256 for one in texts)


def _read(
    request: HttpRequest, desk: Desk, fields: Mapping[str, str], texts: tuple[Frozen, Frozen], *, status: int = 200
) -> HttpResponse:
    """Show both asks as they would leave, above the button that sends the first (N4)."""
    first = _("The first of the two is asked. The second is asked only after a yes.")
    if fields.get("said_yes") == "first":
        first = _("The first has said yes to you, so only the second is asked.")
    link = _("(here stands the link to their page)")
    owner = desk.connector.id
    sending = {**fields, "step": "send", "sha256": _both(texts)}
    context = {
        "desk": desk,
        "changed": status == 409,
        "letters": [
            (people.card(owner, fields[side]), one, one.text.replace("{page}", link))
            for side, one in zip(SIDES, texts, strict=True)
            if side != fields.get("said_yes")
        ],
        "send": Form("offer", "/desk/offer/", (), _("Offer it now"), first, hidden=sending, main=True),
        "edit": Form("offer", "/desk/offer/", (), _("Change something"), hidden={**fields, "step": "edit"}),
    }
    return replies.page(request, "preview_offer.html", context, status=status)


def _show(
    request: HttpRequest, desk: Desk, form: Form, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    context = {"desk": desk, "form": form, "refused": refused if status != 422 else None}
    return replies.page(request, "beginning.html", context, status=status)


def _again(request: HttpRequest, desk: Desk, form: Form, refused: Refused) -> HttpResponse:
    status = replies.status_of(refused)
    errors = replies.errors_of(refused)
    kept = to_choose(request, form.filled(request, errors), errors, *SIDES)
    return _show(request, desk, kept, refused=refused, status=status)


def _offer_form(request: HttpRequest, desk: Desk) -> Form:
    then = _("Nothing is sent by this: you read both letters first.")
    values = {"writes_first": "first", "vouch_level": "know"} | _kept(request, OFFER) | _linked(request, desk)
    button = _("Read both letters, then offer it")
    fields = (*_people(request, desk, asked=True), *OFFER)
    return Form("offer", "/desk/offer/", fields, button, then, values=values, hidden={"step": "preview"}, main=True)


def _record_form(request: HttpRequest, desk: Desk) -> Form:
    fields = (*_people(request, desk, asked=False), *DATE_OF_RECORD)
    values = _kept(request, DATE_OF_RECORD) | _linked(request, desk)
    once = issued.kept(request)
    return Form("record", "/desk/record/", fields, _("Note it"), values=values, hidden=once, main=True)


def _draft_form(request: HttpRequest, desk: Desk) -> Form:
    then = _("With an address, a letter asks whether it is theirs. Without one, you see it on your desk alone.")
    values = {"language": desk.connector.language}
    once = issued.kept(request)
    return Form("draft", "/desk/draft/", _DRAFT, _("Note this request"), then, values=values, hidden=once, main=True)


_DRAFT: Sequence[Field] = tuple(
    replace(one, required=one.name in {"name", "target"}, autocomplete="", reads="") for one in ASKING
)


def _people(request: HttpRequest, desk: Desk, *, asked: bool) -> list[Field]:
    """Return two fields for each side: a choice where words are known, and a place to write a name."""
    fields: list[Field] = []
    linked = _linked(request, desk)
    for side in SIDES:
        cards = meant(request, desk.connector.id, side, linked.get(side, ""))
        fields += person(side, options(cards), asked=asked)
    return fields


def _linked(request: HttpRequest, desk: Desk) -> dict[str, str]:
    """Return the cards that a link to a fresh form names, such as `?first=ID`; they are chosen in it already."""
    if request.method == "POST":
        return {}
    known = {side: linked_card(request, desk.connector.id, side) for side in SIDES}
    return {side: card.id for side, card in known.items() if card is not None}


def _kept(request: HttpRequest, fields: Sequence[Field]) -> dict[str, str]:
    """Return what a preview sends back to be changed."""
    if request.method != "POST":
        return {}
    return {**typed(request, fields), **{side: request.POST.get(side, "") for side in SIDES}}
