"""The desk's list: a handful of queries, however many introductions and people there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import State
from twoyes.introductions.records import DeskPart, DeskRow
from twoyes.lib import sealing
from twoyes.people import front as people

# What waits for the connector, and what is under way; the rest has ended.
WAITS = (State.WAITING, State.TALKING, State.DRAFT, State.AGREED)
UNDER_WAY = (
    State.ASKING,
    State.PASSED,
    State.INTRODUCED,
    State.CONNECTED,
    State.AWAITING_OUTCOME,
    State.RETURNED,
)
HIDDEN = (State.UNVERIFIED, State.DISCARDED, State.ERASED)
# What one looks through at a desk before one turns the page.
A_PAGE = 40
# Words are sealed one by one and can be long, so nothing is fetched that a list does not show.
_SHOWN = ("id", "connector_id", "state", "opened_at", "words", "target_id")


def desk(connector_id: str, now: datetime) -> list[DeskRow]:
    """Return all introductions of a connector: what waits first, oldest first; then the rest, newest first."""
    rows = list(_theirs(connector_id).order_by("opened_at"))
    waiting = [row for row in rows if row.state in WAITS]
    return _listed([*waiting, *(row for row in reversed(rows) if row.state not in WAITS)], now)


def desk_part(connector_id: str, now: datetime, *, begin: int = 0, most: int = A_PAGE, ended: bool = True) -> DeskPart:
    """Return so many rows of that list, from the one at `begin` on, and how many there are and wait in all."""
    theirs = _theirs(connector_id)
    theirs = theirs if ended else theirs.filter(state__in=[*WAITS, *UNDER_WAY])
    counts = theirs.aggregate(waits=Count("pk", filter=Q(state__in=WAITS)), total=Count("pk"))
    waits, end = counts["waits"], begin + most
    rows: list[Introduction] = []
    if begin < waits:
        rows += theirs.filter(state__in=WAITS).order_by("opened_at", "pk")[begin:end]
    if end > waits:
        others = theirs.exclude(state__in=WAITS).order_by("-opened_at", "-pk")
        rows += others[max(begin - waits, 0) : end - waits]
    return DeskPart(tuple(_listed(rows, now)), waits, counts["total"])


def row_of(row: Introduction, now: datetime, cards: Mapping[str, str] | None = None) -> DeskRow:
    """Return one line of the desk; `cards` are the names on cards, where they are known already."""
    requester, target = names(row, cards)
    return DeskRow(
        id=row.pk,
        state=State(row.state),
        requester=requester,
        target=target,
        age_days=(now - row.opened_at).days,
        opened_at=row.opened_at,
    )


def names(row: Introduction, cards: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return who asks and who is meant: the requester's own words until approval, then the name on the card."""
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    known = people.names_on(row.connector_id, [row.target_id] if row.target_id else []) if cards is None else cards
    return said.get("name", ""), known.get(row.target_id or "", said.get("target", ""))


def _theirs(connector_id: str) -> QuerySet[Introduction]:
    return Introduction.objects.filter(connector_id=connector_id).exclude(state__in=HIDDEN).only(*_SHOWN)


def _listed(rows: Iterable[Introduction], now: datetime) -> list[DeskRow]:
    found = list(rows)
    cards = people.names_on(found[0].connector_id, [row.target_id for row in found if row.target_id]) if found else {}
    return [row_of(row, now, cards) for row in found]
