"""Whether two other people know each other, as far as the connector's own mail and calendars show it (K1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twoyes.lib import spoken
from twoyes.network.looking import day_of, met_as, nodes_of, sources
from twoyes.network.records import Between, Sight
from twoyes.network.ways import words
from twoyes.network.ways.finding import Someone
from twoyes.network.ways.shared import Shared
from twoyes.network.ways.shelf import Known, Shelf
from twoyes.people import front as people


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody as a request names them: how they are called, the keys of their addresses, their card if it is known."""

    name: str
    keys: tuple[str, ...] = ()
    card: str = ""


def between(owner_id: str, one: Whom, other: Whom) -> Between | None:
    """Return what this connector's own sources show between two others; None where they are one person.

    Whoever stands in no list is in no graph (B4). Not seen does not mean that they do not know each other.
    """
    cards = [_cards(owner_id, whom) for whom in (one, other)]
    if not cards[0].isdisjoint(cards[1]):
        return None
    if any(card.not_listed for card in people.in_book(owner_id, cards[0] | cards[1]).values()):
        return Between(Sight.UNREAD, _("One of them stands in no list, so nothing is worked out from your mail."))
    there = sources(owner_id)
    graph, until = there.graph, there.until
    if graph is None or until is None:
        return Between(Sight.UNREAD, there.why)
    sides = [
        sorted(set(nodes_of(graph, [*known, *met_as(owner_id, whom.keys)])))
        for known, whom in zip(cards, (one, other), strict=True)
    ]
    shared, introduced = graph.threads.shared(*sides), graph.mine.between(*sides)
    told, sight = _said(one, other, _tie(graph, *sides), shared)
    if sight is Sight.NOT_SEEN:
        unseen = _("Not seen together in your mail and calendars up to %(day)s. They may know each other all the same.")
        told = f"{told} {unseen % {'day': spoken.day(until)}}".strip()
    return Between(
        sight,
        told,
        until,
        shared,
        day_of(introduced[0]) if introduced is not None else None,
        introduced is not None and introduced[1],
    )


def _cards(owner_id: str, whom: Whom) -> set[str]:
    found = {whom.card} if whom.card else set(people.cards_with(whom.keys, owner_id=owner_id))
    # A card that was joined to one of these lately is still a node of its own.
    return found.union(*({one.id for one in people.joined_cards(owner_id, card)} for card in found))


def _tie(graph: Shelf, one: Sequence[int], other: Sequence[int]) -> Known | None:
    found = (graph.between(a, b) for a in one for b in other)
    return max((known for known in found if known), key=lambda known: (known.seen, known.strength), default=None)


def _said(one: Whom, other: Whom, known: Known | None, shared: Shared) -> tuple[str, Sight]:
    """Return what is seen between them as sentences, and whether anything is."""
    two = Someone(one.card, one.name), Someone(other.card, other.name)
    told = [words.step(*two, known)] if known is not None else []
    if shared.count and shared.last is not None:
        told.append(_conversations(shared))
    seen = bool(shared.count) or (known is not None and known.seen)
    return " ".join(told), Sight.SEEN if seen else Sight.NOT_SEEN


def _conversations(shared: Shared) -> str:
    """Say in how many conversations two people stand; "" for none."""
    if not shared.count or shared.last is None:
        return ""
    told = {"count": shared.count, "last": spoken.day(shared.last)}
    said = ngettext(
        "Both stand in one conversation, of %(last)s.",
        "Both stand in %(count)d conversations, the last of %(last)s.",
        shared.count,
    )
    return said % told
