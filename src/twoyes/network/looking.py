"""What mail shows between a connector and somebody: seen, not seen up to a day, or nothing read that could show it.

Read from its file with numpy alone, since pages ask: no DuckDB, no Arrow, no compiler is loaded for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from twoyes.lib import spoken
from twoyes.network import log, rebuilding
from twoyes.network.models import Identity
from twoyes.network.records import Sight
from twoyes.network.ties import explain
from twoyes.network.ways import shelf
from twoyes.network.ways.mine import Rhythm
from twoyes.network.ways.shared import NOTHING, Shared


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, as a sentence and as it lies in the graph; `until` is the last day that was read.

    `shared` are the conversations that the owner and they stand in; `introduced` counts whom the owner brought
    together with them, `unheard` those of whom nothing was heard.
    """

    sight: Sight
    sentence: str
    until: date | None = None
    known: shelf.Known | None = None
    rhythm: Rhythm | None = None
    shared: Shared = NOTHING
    introduced: int = 0
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class Sources:
    """What can be looked at: the graph, and whether every archive is in it; without a graph `why` says why not."""

    graph: shelf.Shelf | None
    whole: bool = False
    why: str = ""

    @property
    def since(self) -> date | None:
        """The first day of which anything was read."""
        if self.graph is None:
            return None
        first = self.graph.facts["first"]
        first = first[first > 0]
        return day_of(int(first.min())) if len(first) else None

    @property
    def until(self) -> date | None:
        """The last day that was read."""
        return day_of(self.graph.note.until) if self.graph is not None else None


def sources(owner_id: str) -> Sources:
    """Return what may be looked at now. What a deleted archive showed is shown no more, though the graph holds it."""
    graph, read = shelf.opened(owner_id), log.sources(owner_id)
    if not read:
        return Sources(None, why=_("Mail and calendar are not connected yet, so nothing is seen there."))
    if graph is not None and graph.note.until and set(graph.note.sources) <= set(read):
        return Sources(graph, set(read) == set(graph.note.sources))
    if rebuilding.is_moving(owner_id):
        return Sources(None, why=_("Your mail is being worked through this moment. What it shows stands here soon."))
    if graph is None or not graph.note.until:
        return Sources(None, why=_("Your mail was read and is not worked through yet, so nothing is said of it."))
    told = _(
        "Stale since an archive was deleted: your mail was last worked through on %(day)s, and nothing is said of it."
    )
    made = datetime.fromisoformat(graph.made_at)
    return Sources(None, why=told % {"day": spoken.day(made)})


def look(owner_id: str, cards: Sequence[str], keys: Iterable[str]) -> Looked:
    """Return what mail and calendars show between an owner and whoever is on these cards or has these address keys.

    Of several the strongest counts.
    """
    there = sources(owner_id)
    graph, until = there.graph, there.until
    if graph is None or until is None:
        return Looked(Sight.UNREAD, there.why)
    met = met_as(owner_id, keys)
    nodes = nodes_of(graph, [*cards, *met])
    found = [(known, node) for node in nodes if (known := graph.between(0, node))]
    shared = graph.threads.shared([0], nodes)
    shown = [(known, node) for known, node in found if known.seen]
    if shown:
        known, node = max(shown, key=lambda one: one[0].strength)
        made = graph.mine.introductions_of([node for _known, node in shown])
        rhythm, told = graph.rhythm(node), explain(known.facts)
        return Looked(Sight.SEEN, told, until, known, rhythm, shared, len(made), made.count(False))
    # They stand in the log, and what came in last is not in the graph: it may show what is not seen so far.
    if met and not (nodes and there.whole):
        return Looked(Sight.UNREAD, _lately(owner_id, until), until)
    day = {"day": spoken.day(until)}
    if shared.count:
        told = _("No letter between you is seen up to %(day)s, though both of you stand in letters of others.") % day
        return Looked(Sight.SEEN, told, until, shared=shared)
    told = _("Not seen in your mail and calendars up to %(day)s. It may be seen elsewhere.") % day
    return Looked(Sight.NOT_SEEN, told, until)


def met_as(owner_id: str, keys: Iterable[str]) -> list[str]:
    """Return by which ids somebody stands in the graph who was met under these address keys."""
    return list(Identity.objects.filter(owner_id=owner_id, key__in=list(keys)).values_list("pk", flat=True))


def nodes_of(graph: shelf.Shelf, ids: Iterable[str]) -> list[int]:
    """Return the nodes of those of these ids that are in a graph."""
    return [graph.numbers[one] for one in ids if one in graph.numbers]


def day_of(seconds: int) -> date:
    """Return the day of a moment of the log."""
    return datetime.fromtimestamp(seconds, UTC).date()


def _lately(owner_id: str, until: date) -> str:
    if rebuilding.is_moving(owner_id):
        return _("They came into your mail or your book lately. What is seen of them is being worked out this moment.")
    told = _("They came in after your mail was last worked through, up to %(day)s. It is worked through every night.")
    return told % {"day": spoken.day(until)}
