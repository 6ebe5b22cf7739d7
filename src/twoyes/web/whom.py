"""/desk/whom/: the warmest ways to somebody, whom to ask on each, and why; never an address (S1, S2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import replies
from twoyes.web.cards import candidates, linked_card
from twoyes.web.desk_door import Desk, at_desk

_LENGTH = 200
# As many ways as somebody can weigh, and as many as are looked through for them.
_SHOWN, _CHAINS, _LOOKED = 6, 4, 50
# The pages that say from when they are, and where each says whom it is about.
_BACK = {"whom": "card", "picture": "to", "network": ""}


@dataclass(frozen=True, slots=True)
class Told:
    """A way as the page tells it: each step with its two people, and the two of the weakest."""

    way: network.Way

    @property
    def middle(self) -> network.Someone:
        """Whom to ask: the first after the owner."""
        return self.way.people[1]

    @property
    def between(self) -> Sequence[network.Someone]:
        """Whom the way leads over."""
        return self.way.people[1:-1]

    @property
    def end(self) -> network.Someone:
        """Whom the way leads to."""
        return self.way.people[-1]

    @property
    def steps(self) -> list[tuple[network.Someone, network.Step]]:
        """Each step with whom it leads to."""
        return list(zip(self.way.people[1:], self.way.steps, strict=True))

    @property
    def weakest(self) -> tuple[network.Someone, network.Someone, network.Level]:
        """The two between whom the way is weakest, and how strong it is there."""
        at = self.way.weakest_step
        return self.way.people[at], self.way.people[at + 1], self.way.steps[at].level

    @property
    def weak(self) -> bool:
        """Whether it is no stronger than weak."""
        return self.weakest[2] == network.Level.WEAK

    @property
    def proven(self) -> bool:
        """Whether mail or a meeting shows every step."""
        return all(step.proven for step in self.way.steps)


@require_http_methods(["GET", "HEAD"])
@at_desk
def whom(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show whom to ask for an introduction to whoever is named, or whom the name may mean."""
    owner = desk.connector.id
    card = linked_card(request, owner, "card")
    who = request.GET.get("who", "").replace("\0", "").strip()[:_LENGTH]
    context: dict[str, object] = {"desk": desk, "card": card, "who": card.name if card else who}
    if request.GET.get("typing"):
        context["choice"] = candidates(owner, who) if who else ()
        return replies.page(request, "whom.html", context)
    context["further"] = further = request.GET.get("over") == "two"
    if card or who:
        meant, found = _meant(owner, card, who)
        context |= found or _answer(owner, meant.id if meant else who, further=further)
        context["card"] = card = meant
    else:
        network.open_ahead(owner)
    context |= worked_out(owner, card)
    return replies.page(request, "whom.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def rebuild(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have the graph worked out anew by a process of its own, and lead back to the page where it was asked for."""
    back = request.POST.get("back", "")
    page, words = back if back in _BACK else "whom", dict[str, str]()
    if request.method == "POST" and not network.is_rebuilding(desk.connector.id):
        network.launch_rebuild(desk.connector.id)
    card = people.card(desk.connector.id, request.POST.get("card", "").replace("\0", ""))
    if card is not None and not card.erased and _BACK[page]:
        words[_BACK[page]] = card.id
    return replies.see(f"/desk/{page}/{f'?{urlencode(words)}' if words else ''}")


def worked_out(owner_id: str, card: people.Card | None) -> Mapping[str, object]:
    """Return what a page says of when the graph was made, and whether it still fits book and mail."""
    stale = network.is_stale(owner_id)
    return {
        "made_at": network.made_at(owner_id),
        "stale": stale,
        "moving": stale and network.is_moving(owner_id),
        "about": card.id if card else "",
    }


def _meant(owner_id: str, card: people.Card | None, who: str) -> tuple[people.Card | None, Mapping[str, object]]:
    """Return the card that is meant; where none is for sure, the cards to choose from."""
    try:
        return card or people.who(owner_id, who), {}
    except people.Ambiguous as several:
        return None, {"choice": several.candidates}
    except Refused:
        near = candidates(owner_id, who)
        return None, {"choice": near} if near else {}


def _answer(owner_id: str, who: str, *, further: bool) -> Mapping[str, object]:
    try:
        direct = network.warm_paths(owner_id, "me", who, k=1, max_steps=1)
        found = network.warm_paths(owner_id, "me", who, k=_LOOKED, max_steps=3 if further else 2)
    except Refused as refused:
        return {"refused": refused}
    return {
        "target": direct.target,
        "direct": next(iter(_told(direct.ways, 2)), None),
        "ways": _told(found.ways, 3),
        "chains": _worth(found.ways)[:_CHAINS] if further else (),
    }


def _told(ways: Sequence[network.Way], people_on_it: int, *, most: int = _SHOWN) -> Sequence[Told]:
    return [Told(way) for way in ways if len(way.people) == people_on_it][:most]


def _worth(ways: Sequence[network.Way]) -> Sequence[Told]:
    """Return the ways over two introductions, but for those to somebody whom the owner can ask at once."""
    known = {way.people[1].id for way in ways if way.steps[0].level != network.Level.WEAK}
    return [told for told in _told(ways, 4, most=_LOOKED) if told.way.people[2].id not in known]
