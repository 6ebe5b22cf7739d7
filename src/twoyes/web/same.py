"""/desk/people/same/: cards that may be the same person, several answered at once; and what rules joined (issue 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from twoyes.care import front as care
from twoyes.lib import addresses, clock
from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.desk_door import Desk, at_desk, first_row
from twoyes.web.forms import Form

_PAGE = "/desk/people/same/"
_MOST = 100


@require_http_methods(["GET", "HEAD"])
@at_desk
def same(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The questions, each with the reason; and below them what was joined without one."""
    done = {"merge": _("Each of these is one card now."), "keep_apart": _("Noted. You are not asked about them again.")}
    return _page(request, desk, done=done.get(request.GET.get("done", ""), ""))


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def look(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let a process of its own look through the book; where one does already, nothing more happens."""
    if request.method == "POST":
        people.hint_seen(desk.connector.id)
        care.launch_look(desk.connector.id)
    return replies.see(_PAGE)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def seen(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take away the hint on the desk, and lead to the questions or, with "later", back."""
    if request.method == "POST":
        people.hint_seen(desk.connector.id)
        if "later" in request.POST:
            return replies.see("/desk/")
    return replies.see(_PAGE)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def merge(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make one card of each two that were ticked; what is refused is named, and the others are merged all the same."""
    if request.method != "POST":
        return replies.see(_PAGE)
    chosen = _chosen(request)
    moved = [words for one in chosen if (words := _merge_one(desk, one))]
    return _answered(request, desk, "merge", chosen, moved)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def keep_apart(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep that each two that were ticked are two people; a rule never asks again."""
    if request.method != "POST":
        return replies.see(_PAGE)
    chosen = _chosen(request)
    for one in chosen:
        people.keep_apart(desk.connector.id, one, now=clock.now())
    return _answered(request, desk, "keep_apart", chosen, [])


def _chosen(request: HttpRequest) -> list[str]:
    return list(dict.fromkeys(request.POST.getlist("which")))[:_MOST]


def _answered(request: HttpRequest, desk: Desk, act: str, chosen: list[str], moved: list[str]) -> HttpResponse:
    people.hint_seen(desk.connector.id)
    if not chosen:
        return _page(request, desk, error=_("Tick at least one."), status=422)
    if moved:
        return _page(request, desk, moved=moved, status=409)
    return replies.see(f"{_PAGE}?done={act}")


def _merge_one(desk: Desk, question: str) -> str:
    """Merge the two of a question, wherever they are by now; a sentence where that is refused, else ""."""
    owner, both = desk.connector.id, people.question(desk.connector.id, question)
    if both is None:
        return ""  # Sent twice: it is answered already (E12).
    keep, other = (people.joined_to(owner, one) or one for one in both)
    if keep == other:
        return ""
    named = people.names_on(owner, [keep, other])
    try:
        care.merge(owner, keep, other, actor=desk.actor, now=clock.now())
    except Refused as refused:
        return f"{named.get(keep, '')}, {named.get(other, '')}: {refused.sentence}"
    return ""


def _page(
    request: HttpRequest,
    desk: Desk,
    *,
    done: str = "",
    error: str = "",
    moved: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    owner = desk.connector.id
    last = people.look(owner)
    questions = people.questions(owner)
    at = people.addresses_on_cards(owner, {card.id for one in questions for card in (one.one, one.other)})
    asked = [
        (one.id, _names(one), [(card, _facts(card, at)) for card in (one.one, one.other)], network.why_same(one.why))
        for one in questions
    ]
    context = {
        "desk": desk,
        "done": done,
        "error": error,
        "moved": moved or [],
        "asked": asked,
        "ticked": _chosen(request) if request.method == "POST" else [],
        **_joined(owner, first_row(request)),
        "last": last,
        "looking": bool(last and last.open),
        "seen": _seen(last),
        "look": Form("look", f"{_PAGE}look", (), _("Look through your book")),
    }
    return replies.page(request, "same.html", context, status=status)


def _joined(owner: str, begin: int) -> dict[str, object]:
    """What was joined without asking from this row on, each with its reason and its way back, and how many in all."""
    shown = people.joined_by_themselves(owner, begin)
    at = people.addresses_on_cards(owner, {one.card for one in shown})
    return {
        "joined": [(one, *_sides(one, at), network.why_same(one.why), _split(one)) for one in shown],
        "total": people.count_joined(owner),
        "begin": begin,
        "end": begin + len(shown),
    }


def _sides(one: people.ByItself, at: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """The addresses that a card brought, and those of the card that it is on."""
    on_it = at.get(one.card, ())
    came = [address for address in on_it if addresses.key(address) in one.keys]
    return ", ".join(came), ", ".join(address for address in on_it if address not in came)


def _seen(last: people.Look | None) -> str:
    if last is None or last.ended_at is None:
        return ""
    return ngettext("%d card was looked through.", "%d cards were looked through.", last.cards) % last.cards


def _names(one: people.Question) -> str:
    return " · ".join(dict.fromkeys((one.one.name, one.other.name)))


def _facts(card: people.Card, at: Mapping[str, Sequence[str]]) -> str:
    """What tells one card from another of its name, in a line: what they do, and the addresses."""
    where = ", ".join(part for part in (card.position, card.organisation) if part)
    return " · ".join(part for part in (where, *at.get(card.id, ())) if part)


def _split(one: people.ByItself) -> Form:
    return Form(
        "split",
        f"/desk/people/{one.card}/split",
        (),
        _("Take %s apart again") % one.past_name,
        hidden={"again": one.past},
        prefix=f"{one.past}-",
    )
