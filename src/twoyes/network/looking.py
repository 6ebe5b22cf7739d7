"""What mail shows between a connector and somebody: seen, not seen up to a day, or nothing read that could show it.

Read from its file with numpy alone, since pages ask: no DuckDB, no Arrow, no compiler is loaded for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from twoyes.network import log
from twoyes.network.models import Identity
from twoyes.network.records import Sight
from twoyes.network.ties import explain
from twoyes.network.ways import shelf
from twoyes.network.ways.mine import Rhythm


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, as a sentence and as it lies in the graph; `until` is the last day that was read.

    `introduced` counts whom the owner brought together with them, `unheard` those of whom nothing was heard.
    """

    sight: Sight
    sentence: str
    until: date | None = None
    known: shelf.Known | None = None
    rhythm: Rhythm | None = None
    introduced: int = 0
    unheard: int = 0


def look(owner_id: str, cards: Sequence[str], keys: Iterable[str]) -> Looked:
    """Return what mail and calendars show between an owner and whoever is on these cards or has these address keys.

    Of several the strongest counts. What a deleted archive showed is shown no more, though the graph still holds it.
    """
    graph, read = shelf.opened(owner_id), log.sources(owner_id)
    if not read:
        return Looked(Sight.UNREAD, _("Mail and calendar are not connected yet, so nothing is seen there."))
    if graph is None or not graph.note.until or not set(graph.note.sources) <= set(read):
        sentence = _("Your mail is being worked through. What it shows of them stands here soon.")
        return Looked(Sight.UNREAD, sentence)
    until = day_of(graph.note.until)
    met = list(Identity.objects.filter(owner_id=owner_id, key__in=list(keys)).values_list("pk", flat=True))
    found = [(known, node) for node in _nodes(graph, [*cards, *met]) if (known := graph.between(0, node))]
    shown = [(known, node) for known, node in found if known.seen]
    if shown:
        known, node = max(shown, key=lambda one: one[0].strength)
        made = graph.mine.introductions_of([node for _known, node in shown])
        return Looked(Sight.SEEN, explain(known.facts), until, known, graph.rhythm(node), len(made), made.count(False))
    # They stand in the log, and what came in last is not in the graph: it may show what is not seen so far.
    if met and (not found or set(read) != set(graph.note.sources)):
        sentence = _("They came into your mail or your book lately. What is seen of them stands here soon.")
        return Looked(Sight.UNREAD, sentence, until)
    told = _("Not seen in your mail and calendars up to %(day)s. It may be seen elsewhere.")
    return Looked(Sight.NOT_SEEN, told % {"day": date_format(until, "j F Y")}, until)


def day_of(seconds: int) -> date:
    """Return the day of a moment of the log."""
    return datetime.fromtimestamp(seconds, UTC).date()


def _nodes(graph: shelf.Shelf, ids: Iterable[str]) -> list[int]:
    return [graph.numbers[one] for one in ids if one in graph.numbers]
