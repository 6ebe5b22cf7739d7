"""Asking for the warmest ways: who is meant, what leads there, and why, in words that name no address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from twoyes.lib import sealing
from twoyes.lib.errors import Refused
from twoyes.network.models import Identity
from twoyes.network.naming import card_name, names_of
from twoyes.network.ties import Level, level
from twoyes.network.ways import shelf, words
from twoyes.people import front as people

if TYPE_CHECKING:
    from twoyes.network.warm import WarmPath

MOST = 50


@dataclass(frozen=True, slots=True)
class Someone:
    """Somebody on a way: a card (`card`), or an address that was met and has none; `me` is the owner of the book."""

    id: str
    name: str
    card: bool = True
    me: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One tie on a way: how strong, as its first sees it, and what shows it; `proven` where mail or a meeting does."""

    strength: float
    sentence: str
    proven: bool

    @property
    def level(self) -> Level:
        """How strong, as people say it."""
        return level(self.strength)


@dataclass(frozen=True, slots=True)
class Way:
    """A way from one person to another. `warmth` is the product of the strengths, `weakest` the least of them."""

    people: tuple[Someone, ...]
    steps: tuple[Step, ...]
    warmth: float
    weakest: float
    why: str

    @property
    def weakest_step(self) -> int:
        """Which step is the weakest, counted from 0; of equally weak ones the first."""
        return min(range(len(self.steps)), key=lambda at: self.steps[at].strength)


@dataclass(frozen=True, slots=True)
class Ways:
    """The warmest ways, the warmest first, as of when the graph was made (ISO 8601)."""

    source: Someone
    target: Someone
    ways: tuple[Way, ...]
    made_at: str


def warm_paths(owner_id: str, source: str, target: str, *, k: int = 10, max_steps: int = 3) -> Ways:
    """Return the `k` warmest ways of at most `max_steps` ties (1 to 3) between two people of one connector's book.

    Both are WHO: an id, an address, a name, and the connector's own handle or "me". Only what this owner has imported
    or written is looked at (E5, E6, E8). Raises Refused: no_graph, nobody, not_there, same_person; Ambiguous.
    """
    graph = shelf.opened(owner_id)
    if graph is None:
        sentence = _("There is nothing to look through yet. Import your mail or your contacts first.")
        raise Refused("no_graph", sentence)
    ends = [_meant(owner_id, who, graph) for who in (source, target)]
    if ends[0] == ends[1]:
        raise Refused("same_person", _("These are one and the same person."))
    found = graph.index.warm_paths(ends[0], ends[1], min(k, MOST), max_steps)
    known = _known(owner_id, {graph.nodes[n] for path in found for n in path.nodes} | {graph.nodes[n] for n in ends})
    ways = [_way(path, graph, known) for path in found]
    there = [known[graph.nodes[n]] for n in ends if graph.nodes[n] in known]
    if len(there) < 2:
        # Erased, joined to another card or taken out of lists since the graph was made.
        raise _not_there(target if graph.nodes[ends[0]] in known else source)
    return Ways(there[0], there[1], tuple(way for way in ways if way is not None), graph.made_at)


def _meant(owner_id: str, who: str, graph: shelf.Shelf) -> int:
    """Return the node that somebody's words mean. A card wins over an address that was only met."""
    if who.strip().lower() in {"me", owner_id, *_handles(owner_id)}:
        return 0
    if who.strip() in graph.numbers:
        return graph.numbers[who.strip()]
    try:
        card = people.who(owner_id, who).id
    except people.Ambiguous:
        raise
    except Refused:
        card = _met(owner_id, who)
    if card not in graph.numbers:
        raise _not_there(who)
    return graph.numbers[card]


def _not_there(who: str) -> Refused:
    told = _("“%s” is in no way here: not listed, or added since this was last worked out.")
    return Refused("not_there", told % who)


def _handles(owner_id: str) -> tuple[str, str]:
    owner = people.connector_by_id(owner_id)
    handle = owner.handle.lower() if owner is not None else ""
    return handle, f"@{handle}"


def _met(owner_id: str, who: str) -> str:
    """Return somebody who was only met in a history, by their address; nobody's name is searched in what is sealed."""
    from twoyes.lib import addresses

    strict = addresses.well_formed(who.strip()) if "@" in who else None
    key = addresses.key(strict) if strict is not None else ""
    found = Identity.objects.filter(owner_id=owner_id, key=key).first() if key else None
    if found is None:
        raise Refused("nobody", _("Nobody in this address book answers to “%s”.") % who)
    return found.pk


def _known(owner_id: str, ids: Collection[str]) -> dict[str, Someone]:
    """Return who the nodes are, as they are called today; who was erased or taken out of lists since is missing."""
    found = {one: Someone(one, name) for one, name in people.listed_names(owner_id, sorted(ids)).items()}
    others = Identity.objects.filter(owner_id=owner_id, pk__in=[one for one in ids if one not in found])
    gone = people.unlisted_keys()
    for row in (row for row in others if row.key not in gone):
        found[row.pk] = Someone(row.pk, card_name(names_of(row)) or _nameless(row), card=False)
    owner = people.connector_by_id(owner_id)
    if owner is not None:
        found[owner_id] = Someone(owner_id, owner.name, card=False, me=True)
    return found


def _nameless(row: Identity) -> str:
    """Say what can be said of somebody who never came with a name: where their mail is from, never their address."""
    return _("somebody at %(domain)s") % {"domain": sealing.get(row, "address").rpartition("@")[2]}


def _way(path: WarmPath, graph: shelf.Shelf, known: dict[str, Someone]) -> Way | None:
    if any(graph.nodes[node] not in known for node in path.nodes):
        return None
    there = tuple(known[graph.nodes[node]] for node in path.nodes)
    pairs = zip(pairwise(there), pairwise(path.nodes), path.strengths, strict=True)
    # What shows a tie of the owner's says "you", so it is read as they see it, whichever way the path goes.
    steps = tuple(
        _step(one, other, strength, graph.between(*(reversed(nodes) if other.me else nodes)))
        for (one, other), nodes, strength in pairs
    )
    return Way(there, steps, path.warmth, path.weakest, words.way(there, steps))


def _step(one: Someone, other: Someone, strength: float, tie: shelf.Known | None) -> Step:
    return Step(strength, words.step(one, other, tie), tie is not None and tie.seen)
