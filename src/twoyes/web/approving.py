"""Approving, and passing details on, in two steps: choose and write, then read the very text and send it (N4, D8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twoyes.introductions import front as introductions
from twoyes.introductions.front import BadFields, DeskPage, Frozen, Wished
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import front as policy
from twoyes.web import replies, wish_words
from twoyes.web.approval_forms import FIELDS, preview, readable
from twoyes.web.book import ADDRESS
from twoyes.web.cards import chosen_card
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.desk_page import page_of, refuse, show
from twoyes.web.forms import Errors, Form, seen, typed

_KINDS = {"approve": "ask", "pass_on": "details"}


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def approve(request: HttpRequest, at: Desk, introduction: str) -> HttpResponse:
    """Preview, or send what was read. Without `step` the words are approved as they stand."""
    return _two_steps(request, at, introduction, "approve")


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def pass_on(request: HttpRequest, at: Desk, introduction: str) -> HttpResponse:
    """Let only the requester's details go over, in the same two steps (N5)."""
    return _two_steps(request, at, introduction, "pass_on")


def _two_steps(request: HttpRequest, at: Desk, introduction: str, act: str) -> HttpResponse:
    page = page_of(at, introduction)
    step = request.POST.get("step", "")
    if request.method != "POST":
        return replies.see(f"/desk/introductions/{introduction}/")
    if step == "edit":
        return show(request, at, page, act=act)
    try:
        if act not in page.acts:
            raise Refused("not_now", _("This cannot be done now: it has moved on. Here is how it stands."))
        fields = _fields(request, at, act, asked=page.asked_id)
        introductions.within_wishes(at.connector.id, introduction, fields["target"])
        if step in {"preview", "address"}:
            introductions.approvable(at.connector.id, introduction, fields["target"], now=clock.now())
            by_now = _as_it_can_go(at, act, fields)
            return (_with_address if step == "address" else _show_text)(request, _reading(at, page, act, by_now))
        reading = _reading(at, page, act, fields)
        if _differs(request, step, reading.frozen):
            return _show_text(request, reading, status=409)
        verb = introductions.approve if act == "approve" else introductions.pass_on
        verb(introduction, fields, frozen=reading.frozen, actor=at.actor, now=clock.now(), seen=seen(request))
    except Refused as refused:
        return refuse(request, at, page, refused, act=act)
    told = act
    if act == "approve":
        drafted = "approve_draft" if _drafts(at) else act
        told = "give_out" if fields.get("channel") == "by_hand" else drafted
    return replies.see(f"/desk/introductions/{introduction}/?done={told}")


def _drafts(at: Desk) -> bool:
    """Say whether what this connector approves is laid into their Drafts."""
    return at.connector.way == "draft" and not settings.POST_ROOM


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that is read before it is sent: by whom, about what, with which words."""

    at: Desk
    page: DeskPage
    act: str
    fields: Mapping[str, str]
    frozen: Frozen

    @property
    def by_hand(self) -> bool:
        return self.fields.get("channel") == "by_hand"


def _reading(at: Desk, page: DeskPage, act: str, fields: Mapping[str, str]) -> Reading:
    return Reading(at, page, act, fields, preview(at, page, fields, _KINDS[act]))


def _with_address(request: HttpRequest, by_hand: Reading) -> HttpResponse:
    """Put the address that was typed beside the text on the card, and show the letter that can go now."""
    at, page, fields = by_hand.at, by_hand.page, by_hand.fields
    try:
        people.add_address(at.connector.id, fields["target"], request.POST.get("address", ""))
    except Refused as refused:
        return _show_text(request, by_hand, status=422, wrong={"address": (refused.code, refused.sentence)})
    return _show_text(request, _reading(at, page, by_hand.act, {**fields, "channel": "relay"}))


def _differs(request: HttpRequest, step: str, frozen: Frozen) -> bool:
    """Say whether the text is another than the one that was read; who read none, approves it as it stands."""
    read = request.POST.get("sha256", "")
    return bool(step or read) and read != frozen.sha256


def _fields(request: HttpRequest, at: Desk, act: str, *, asked: str) -> dict[str, str]:
    """Return the words with the card that was chosen, unless it stands who is `asked`. Raises `BadFields`."""
    fields = typed(request, FIELDS[act])
    errors: dict[str, tuple[str, str]] = {}
    if act == "approve" and not fields["vouch"].strip():
        errors["vouch"] = ("required", _("One sentence of your own is needed: the one you ask relies on it."))
    try:
        fields["target"] = asked or chosen_card(request, at.connector.id, "target").id
    except BadFields as bad:
        errors |= bad.errors
    if errors:
        raise BadFields(errors)
    return fields


def _as_it_can_go(at: Desk, act: str, fields: dict[str, str]) -> dict[str, str]:
    """Return the words for the only way there is: whoever has no address is asked by hand, which the page then says."""
    if act == "approve" and not people.addresses(at.connector.id, fields["target"]):
        return {**fields, "channel": "by_hand"}
    return fields


def _show_text(
    request: HttpRequest, reading: Reading, *, status: int = 200, wrong: Errors | None = None
) -> HttpResponse:
    known = {**reading.fields, "seq": request.POST.get("seq", "")}
    path = f"/desk/introductions/{reading.page.row.id}/{reading.act}"
    wished = _wished(reading)
    standing = reading.act == "approve" and wished is not None and wished.standing_since is not None
    button = _("Approve this text") if reading.by_hand else _("Send it now")
    then = _("You copy the text next.") if reading.by_hand else _("It leaves at once, one single time.")
    if _drafts(reading.at) and not reading.by_hand:
        button = _("Lay it into my Drafts")
        then = _("You send it from there. It is laid there once: there is no second one.")
    if standing:
        button, then = _("Introduce them"), _("The introduction leaves in ten minutes. Nobody is asked.")
    sending = {**known, "step": "send", "sha256": reading.frozen.sha256}
    until = clock.now() + timedelta(days=policy.house_rules(reading.at.connector.id).ask_days)
    addresses = people.addresses(reading.at.connector.id, reading.fields["target"])
    unreached = reading.by_hand and not addresses
    context = {
        "desk": reading.at,
        "page": reading.page,
        "frozen": reading.frozen,
        "text": readable(reading.frozen),
        "by_hand": reading.by_hand,
        "details": reading.act == "pass_on",
        "until": until,
        "changed": status == 409,
        "card": people.card(reading.at.connector.id, reading.fields["target"]),
        "wishes": wish_words.lines(wished),
        "standing": standing,
        "addresses": addresses,
        "reach": _address_form(path, known).filled(request, wrong) if unreached else None,
        "send": Form(reading.act, path, (), button, then, hidden=sending, main=True),
        "edit": Form(reading.act, path, (), _("Change something"), hidden={**known, "step": "edit"}),
    }
    return replies.page(request, "preview.html", context, status=status)


def _wished(reading: Reading) -> Wished | None:
    owner, introduction = reading.at.connector.id, reading.page.row.id
    return introductions.wished(owner, reading.fields["target"], clock.now(), introduction=introduction)


def _address_form(path: str, known: Mapping[str, str]) -> Form:
    hidden = {**known, "step": "address"}
    return Form("approve", path, ADDRESS, _("Write to them instead"), _("You read the letter first."), hidden=hidden)
