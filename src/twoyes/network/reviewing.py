"""What a connector looks back on: whom they introduced and never heard of again, and old ties that went silent.

Worked out with the graph, and read here with the names and marks of this moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from twoyes.network import log
from twoyes.network.looking import day_of
from twoyes.network.models import Identity
from twoyes.network.naming import card_name, names_of
from twoyes.network.ties import explain
from twoyes.network.ways import shelf
from twoyes.network.ways.mine import YEARS
from twoyes.people import front as people

# As many as somebody reads at a time; the counts are of all.
SHOWN = 40
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as a list names them, "" where mail has no name; `card` is their id where they have one."""

    name: str
    card: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people whom one letter of the connector's brought together first, and the day of it."""

    one: Known
    other: Known
    on: date


@dataclass(frozen=True, slots=True)
class Silent:
    """Somebody who was near once: since when nothing came or went, and what the tie was, in a sentence."""

    who: Known
    since: date
    years: int
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    """What `years` of mail show: how many pairs were introduced, of how many nothing was heard, and whom to revive.

    `until` is the last day that was read; `unheard` and `silent` are the first few of the counts that have names.
    """

    until: date
    introduced: int
    never_heard: int
    unheard: tuple[Pair, ...]
    silent_count: int
    silent: tuple[Silent, ...]
    years: int = YEARS


def review(owner_id: str, now: datetime) -> Review | None:
    """Return what the owner's mail lets them look back on; None where none was read, or it is not worked out yet.

    Nobody who is not listed or was erased is in it, and nobody to revive who shall not be asked.
    """
    graph, read = shelf.opened(owner_id), log.sources(owner_id)
    if graph is None or not read or not graph.note.until or not set(graph.note.sources) <= set(read):
        return None
    pairs = graph.mine.introduced.tolist()
    quiet = [row for row in graph.mine.dormant.tolist() if day_of(row[1]) <= now.date() - timedelta(days=365 * YEARS)]
    nodes = {node for _at, one, other, _heard in pairs for node in (one, other)} | {row[0] for row in quiet}
    known, barred = _named(owner_id, {graph.nodes[node] for node in nodes})
    named = {node: known[graph.nodes[node]] for node in nodes if graph.nodes[node] in known}
    there = [row for row in pairs if row[1] in named and row[2] in named]
    unheard = [Pair(named[one], named[other], day_of(at)) for at, one, other, heard in there if not heard]
    silent = [row for row in quiet if row[0] in named and graph.nodes[row[0]] not in barred and named[row[0]].name]
    return Review(
        until=day_of(graph.note.until),
        introduced=len(there),
        never_heard=len(unheard),
        unheard=tuple([pair for pair in unheard if pair.one.name and pair.other.name][:SHOWN]),
        silent_count=len(silent),
        silent=tuple(_silent(graph, named[node], node, now) for node, _last, _best in silent[:SHOWN]),
    )


def _silent(graph: shelf.Shelf, who: Known, node: int, now: datetime) -> Silent:
    tie = graph.between(0, node)
    assert tie is not None, "who went silent was heard before"
    since = day_of(tie.facts.last or 0)
    return Silent(who, since, (now.date() - since).days // 365, explain(tie.facts))


def _named(owner_id: str, ids: Iterable[str]) -> tuple[dict[str, Known], set[str]]:
    """Return how a list names whom it may name, and of these whoever shall not be asked."""
    cards, marked = people.in_book(owner_id, ids), people.marked_keys(owner_id)
    found = {one.id: Known(one.name, one.id) for one in cards.values() if not one.not_listed}
    others = sorted(set(ids) - cards.keys())
    for start in range(0, len(others), _BATCH):
        rows = Identity.objects.filter(owner_id=owner_id, pk__in=others[start : start + _BATCH])
        # Their address may have come onto a card since, and that card may have a mark.
        found |= {row.pk: Known(card_name(names_of(row))) for row in rows if row.key not in marked}
    return found, {one.id for one in cards.values() if one.do_not_ask}
