"""/desk/people/ID/merge and …/split: one person on two cards, two people on one (A19, A20)."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from twoyes.care import front as care
from twoyes.lib import clock, spoken
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.by_heart import card_here
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.forms import Field, Form, Option

_METHODS = ["GET", "HEAD", "POST"]
_LENGTH = 200
_MOST = 20
_NAME = Field("name", gettext_lazy("Whose are they?"), gettext_lazy("The name on the new card."), required=True)


@require_http_methods(_METHODS)
@at_desk
def merge(request: HttpRequest, desk: Desk, card: str) -> HttpResponse:
    """Find the other card, see both side by side, and make one of them with one button."""
    owner = desk.connector.id
    before = _merged_before(owner, card, request.POST.get("other", ""))
    if before is not None:
        return replies.see(f"/desk/people/{before}/?done=merge")
    known = card_here(desk, card)
    if request.method != "POST":
        return _merge_page(request, desk, known, request.GET.get("other", ""))
    other = request.POST.get("other", "")
    keep = other if request.POST.get("keep") == other else card
    gone = card if keep == other else other
    try:
        care.merge(owner, keep, gone, actor=desk.actor, now=clock.now())
    except Refused as refused:
        status = replies.status_of(refused)
        return _merge_page(request, desk, known, other, refused=refused, status=status)
    return replies.see(f"/desk/people/{keep}/?done=merge")


def _merged_before(owner: str, card: str, other: str) -> str | None:
    """Return the card that is left, if this very form came before: sent twice it is one merge (E12)."""
    pairs = ((card, other), (other, card))
    return next((keep for keep, gone in pairs if gone and people.joined_to(owner, gone) == keep), None)


def _merge_page(
    request: HttpRequest,
    desk: Desk,
    known: people.Card,
    other: str,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    query = request.GET.get("q", "").replace("\0", "").strip()[:_LENGTH]
    second = people.card(desk.connector.id, other[:_LENGTH]) if other and other != known.id else None
    context: dict[str, object] = {"desk": desk, "card": known, "query": query, "refused": refused}
    if second is not None and not second.erased:
        context |= {"second": second, "form": _merge_form(known, second)}
        context["both"] = [(one, _facts(desk.connector.id, one)) for one in (known, second)]
    else:
        found = people.find(desk.connector.id, query or known.name, limit=_MOST, hints=not query)
        context["cards"] = [one for one in found if one.id != known.id]
    return replies.page(request, "merge.html", context, status=status)


def _merge_form(known: people.Card, second: people.Card) -> Form:
    options = tuple(Option(one.id, one.name, _hint(one)) for one in (known, second))
    keep = Field("keep", _("Which name stays?"), _("The other one still finds them."), "radio", options)
    return Form(
        "merge",
        f"/desk/people/{known.id}/merge",
        (keep,),
        _("Make them one card"),
        _("Everything on both is kept, and you can take them apart again."),
        values={"keep": known.id},
        hidden={"other": second.id},
        main=True,
    )


def _hint(card: people.Card) -> str:
    return ", ".join(part for part in (card.position, card.organisation) if part)


def _facts(owner: str, card: people.Card) -> Sequence[tuple[str, str]]:
    secrets = people.secrets_of(owner, card.id)
    assert secrets is not None, "the card was found"
    pairs = (
        (_("What they do"), _hint(card)),
        (_("Known since"), spoken.day(card.known_since) if card.known_since else ""),
        (_("Your word"), network.word_sentence(people.my_word(owner, card.id))),
        (_("E-mail addresses"), "\n".join(secrets.addresses)),
        (_("Phone numbers"), "\n".join(secrets.phones)),
        (_("Profiles"), "\n".join(secrets.profiles)),
        (_("Notes"), secrets.notes),
    )
    return [(label, text) for label, text in pairs if text]


@require_http_methods(_METHODS)
@at_desk
def split(request: HttpRequest, desk: Desk, card: str) -> HttpResponse:
    """Tick what belongs to somebody else; or take apart what was merged."""
    known = card_here(desk, card)
    owner, again = desk.connector.id, request.POST.get("again", "")
    if request.method != "POST":
        return _split_page(request, desk, known)
    back = people.card(owner, again) if again else None
    if back is not None:
        # Sent twice: it came off already (E12).
        return replies.see(f"/desk/people/{back.id}/?done=split")
    move, name = request.POST.getlist("move"), request.POST.get("name", "")
    try:
        new = care.split(owner, card, move, name=name, again=again, actor=desk.actor, now=clock.now())
    except Refused as refused:
        field = {"bad_text": "name"}.get(refused.code, "move")
        status = 422 if refused.code != "no_such_card" else replies.status_of(refused)
        return _split_page(request, desk, known, errors={field: (refused.code, refused.sentence)}, status=status)
    return replies.see(f"/desk/people/{new.id}/?done=split")


def _split_page(
    request: HttpRequest,
    desk: Desk,
    known: people.Card,
    *,
    errors: dict[str, tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    form = _split_form(desk, known)
    past = people.joined_cards(desk.connector.id, known.id)
    context = {
        "desk": desk,
        "card": known,
        "form": form.filled(request, errors) if request.method == "POST" else form,
        "joined": [(one, _again_form(known, one)) for one in past],
    }
    return replies.page(request, "split.html", context, status=status)


def _split_form(desk: Desk, known: people.Card) -> Form:
    points = people.points_of(desk.connector.id, known.id)
    options = tuple(Option(point.id, point.value) for point in points)
    return Form(
        "split",
        f"/desk/people/{known.id}/split",
        (Field("move", _("What belongs to somebody else?"), kind="ticks", options=options), _NAME),
        _("Give them a card of their own"),
        _("Nobody is told. Whoever must not be asked again stays so on both cards."),
    )


def _again_form(known: people.Card, past: people.Joined) -> Form:
    return Form(
        "split",
        f"/desk/people/{known.id}/split",
        (),
        _("Take %s apart again") % past.name,
        hidden={"again": past.id},
        prefix=f"{past.id}-",
    )
