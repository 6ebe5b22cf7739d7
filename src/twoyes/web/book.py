"""/desk/people/: the connector's own book. One card is added or changed here; files come in by `importing`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.care import front as care
from twoyes.introductions import front as introductions
from twoyes.introductions.front import BadFields
from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import by_heart, desk_words, replies, wish_words
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.evidenced import evidenced
from twoyes.web.forms import Field, Form, typed

_METHODS = ["GET", "HEAD", "POST"]
_LENGTH = 200
CARD = (
    Field("name", gettext_lazy("Name"), required=True),
    Field("organisation", gettext_lazy("Organisation")),
    Field("position", gettext_lazy("What they do there")),
    Field("known_since", gettext_lazy("Known since"), kind="day"),
    Field(
        "addresses",
        gettext_lazy("E-mail addresses"),
        gettext_lazy("One a line; letters go to the first. Kept sealed, and read by you alone."),
        "text",
        rows=2,
    ),
    Field("phones", gettext_lazy("Phone numbers"), gettext_lazy("One a line. Read by you alone."), "text", rows=2),
    Field("notes", gettext_lazy("Notes"), gettext_lazy("Kept sealed, and read by you alone."), "text"),
)

ADDRESS = (
    Field(
        "address",
        gettext_lazy("E-mail address"),
        gettext_lazy("Kept sealed, and read by you alone."),
        "email",
        required=True,
    ),
)


@require_http_methods(_METHODS)
@at_desk
def book(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Search the book by name, organisation, address or @domain; and add a card."""
    form = Form("add_card", "/desk/people/", CARD, _("Add this card"), main=True)
    if request.method != "POST":
        return _book(request, desk, form)
    try:
        card = _made_before(request, desk) or people.add_card(desk.connector.id, **_details(request))
    except Refused as refused:
        status = replies.status_of(refused)
        return _book(request, desk, form.filled(request, replies.errors_of(refused)), status=status)
    return replies.see(f"/desk/people/{card.id}/?done=add_card")


@require_http_methods(_METHODS)
@at_desk
def card(request: HttpRequest, desk: Desk, card: str) -> HttpResponse:
    """Show one card with what only its owner may read, and change it."""
    known, secrets = people.card(desk.connector.id, card), people.secrets_of(desk.connector.id, card)
    if known is None and (now_on := people.joined_to(desk.connector.id, card)):
        return replies.see(f"/desk/people/{now_on}/")
    if known is None or known.erased or secrets is None:
        raise Http404
    form = _edit_form(known, secrets)
    if request.method != "POST":
        return _card(request, desk, known, form)
    try:
        people.edit_card(desk.connector.id, card, **_details(request))
    except Refused as refused:
        status = replies.status_of(refused)
        return _card(request, desk, known, form.filled(request, replies.errors_of(refused)), status=status)
    return replies.see(f"/desk/people/{card}/?done=edit_card")


@require_http_methods(_METHODS)
@at_desk
def add_address(request: HttpRequest, desk: Desk, card: str) -> HttpResponse:
    """Add one address to a card, where an ask would need it."""
    known, secrets = people.card(desk.connector.id, card), people.secrets_of(desk.connector.id, card)
    if known is None or known.erased or secrets is None:
        raise Http404
    if request.method != "POST":
        return replies.see(f"/desk/people/{card}/")
    try:
        people.add_address(desk.connector.id, card, request.POST.get("address", ""))
    except Refused as refused:
        status = replies.status_of(refused)
        wrong = _address_form(known).filled(request, {"address": (refused.code, refused.sentence)})
        form = _edit_form(known, secrets)
        return _card(request, desk, known, form, address=wrong, status=status)
    return replies.see(f"/desk/people/{card}/?done=add_address")


@require_http_methods(_METHODS)
@at_desk
def delete_card(request: HttpRequest, desk: Desk, card: str) -> HttpResponse:
    """Take a card out of the book, for good: for the connector alone, and with a tick."""
    known, secrets = people.card(desk.connector.id, card), people.secrets_of(desk.connector.id, card)
    if known is None or known.erased or secrets is None or not desk.is_theirs:
        raise Http404
    if request.method != "POST":
        return replies.see(f"/desk/people/{card}/")
    try:
        if request.POST.get("sure") != "yes":
            raise BadFields({"sure": ("required", _("Please tick the box as well. Nothing was deleted."))})
        care.delete_card(desk.connector.id, card, now=clock.now())
    except Refused as refused:
        errors = replies.errors_of(refused) or {"card": (refused.code, refused.sentence)}
        wrong = _delete_form(known).filled(request, errors)
        form = _edit_form(known, secrets)
        return _card(request, desk, known, form, delete=wrong, status=replies.status_of(refused))
    return replies.see("/desk/people/?done=delete_card")


def _edit_form(known: people.Card, secrets: people.CardSecrets) -> Form:
    path = f"/desk/people/{known.id}/"
    return Form("edit_card", path, CARD, _("Change this card"), values=_values(known, secrets))


def _delete_form(known: people.Card) -> Form:
    sure = _("Delete %(name)s from my book, with everything that I noted there.") % {"name": known.name}
    then = _("This cannot be undone. They are not told, and other books stay as they are.")
    return Form("delete_card", f"/desk/people/{known.id}/delete_card", (), _("Delete this card"), then, sure=sure)


def _address_form(known: people.Card) -> Form:
    return Form("add_address", f"/desk/people/{known.id}/add_address", ADDRESS, _("Add this address"), main=True)


def _book(request: HttpRequest, desk: Desk, form: Form, *, status: int = 200) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:_LENGTH]
    context = {
        "desk": desk,
        "done": desk_words.done(request.GET.get("done", "")),
        "query": query,
        "cards": people.find(desk.connector.id, query, limit=100),
        "form": form,
    }
    return replies.page(request, "book.html", context, status=status)


def _card(
    request: HttpRequest,
    desk: Desk,
    known: people.Card,
    form: Form,
    *,
    address: Form | None = None,
    delete: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    done = desk_words.done(request.GET.get("done", "")) if request.method != "POST" else ""
    asked = address or (None if known.has_address else _address_form(known))
    context = {"desk": desk, "card": known, "form": form, "address": asked, "done": done}
    context["delete"] = (delete or _delete_form(known)) if desk.is_theirs else None
    context |= evidenced(network.evidence_on(desk.connector.id, known.id))
    context["topics"] = _topics(desk, known)
    context["wishes"] = wish_words.lines(introductions.wished(desk.connector.id, known.id, clock.now()))
    context |= by_heart.on_card(desk, known, request.GET.get("word", ""))
    return replies.page(request, "card.html", context, status=status)


def _topics(desk: Desk, known: people.Card) -> list[network.About]:
    """Return what their last conversations were about, for the connector alone; whoever is in no list has none."""
    if desk.connector.role != "connector" or not people.is_listed(desk.connector.id, known.id):
        return []
    return network.topics(desk.connector.id, people.keys_of(known.id))


def _values(known: people.Card, secrets: people.CardSecrets) -> Mapping[str, str]:
    return {
        "name": known.name,
        "organisation": known.organisation,
        "position": known.position,
        "known_since": known.known_since.isoformat() if known.known_since else "",
        "addresses": "\n".join(secrets.addresses),
        "phones": "\n".join(secrets.phones),
        "notes": secrets.notes,
    }


def _made_before(request: HttpRequest, desk: Desk) -> people.Card | None:
    """Return the card that says exactly this: the same form sent twice is one card (E12)."""
    said = {name: text.split() for name, text in typed(request, CARD).items()}
    for known in people.find(desk.connector.id, " ".join(said["name"]), limit=20):
        secrets = people.secrets_of(desk.connector.id, known.id)
        if secrets and {name: text.split() for name, text in _values(known, secrets).items()} == said:
            return known
    return None


def _details(request: HttpRequest) -> people.CardFields:
    said = typed(request, CARD)
    return {
        "name": said["name"],
        "organisation": said["organisation"],
        "position": said["position"],
        "known_since": _day(said["known_since"]),
        "addresses": _lines(said["addresses"]),
        "phones": _lines(said["phones"]),
        "notes": said["notes"],
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\r\n]+", text) if line.strip()]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadFields({"known_since": ("date", _("Write the date as in 2026-05-31."))}) from error
