"""The desk's list: a handful of queries, and as much work, however many introductions and people there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Count, QuerySet

from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import State
from twoyes.introductions.records import WAITS, DeskPart, DeskRow
from twoyes.lib import sealing
from twoyes.lib.prepared import prepared
from twoyes.people import front as people

# What waits for the connector is for the row to say; this is under way, and the rest has ended.
UNDER_WAY = (
    State.ASKING,
    State.PASSED,
    State.INTRODUCED,
    State.CONNECTED,
    State.AWAITING_OUTCOME,
    State.RETURNED,
)
HIDDEN = (State.UNVERIFIED, State.DISCARDED, State.ERASED)
_DECIDED = tuple(state for state in State if state not in {*WAITS, *HIDDEN})
# What one looks through at a desk before one turns the page.
A_PAGE = 30

# An introduction's id, state and beginning, its sealed words, and the card that is meant.
type _Shown = tuple[str, str, datetime, bytes | memoryview, str | None]


def desk(connector_id: str, now: datetime) -> list[DeskRow]:
    """Return all introductions of a connector: what waits first, oldest first; then the rest, newest first."""
    waiting, others = _theirs(connector_id, WAITS), _theirs(connector_id, _DECIDED)
    return _listed(connector_id, [*waiting, *others.reverse()], now)


def desk_part(connector_id: str, now: datetime, *, begin: int = 0, ended: bool = True) -> DeskPart:
    """Return a page of that list, from the row at `begin` on, and how many there are and wait in all."""
    rest = _DECIDED if ended else UNDER_WAY
    counts = dict(_counts(connector_id))
    waits, others = (sum(counts.get(state, 0) for state in states) for states in (WAITS, rest))
    if begin == 0:
        # The page that is looked at most is asked for by SQL that is built once.
        found = list(_waiting(connector_id, WAITS)) if waits else []
        found += _newest(connector_id, rest)[: A_PAGE - len(found)] if len(found) < A_PAGE else []
    else:
        found = list(_theirs(connector_id, WAITS)[begin : begin + A_PAGE])
        skipped = max(begin - waits, 0)
        found += _theirs(connector_id, rest).reverse()[skipped : skipped + A_PAGE - len(found)]
    return DeskPart(tuple(_listed(connector_id, found, now)), waits, waits + others)


def undecided(connector_id: str, now: datetime) -> list[DeskRow]:
    """Return what the connector can still say no to, oldest first: as much as one looks through at a time."""
    return _listed(connector_id, _theirs(connector_id, (State.WAITING, State.TALKING))[:A_PAGE], now)


def row_of(row: Introduction, now: datetime) -> DeskRow:
    """Return one introduction as a line of the desk."""
    shown = (row.pk, row.state, row.opened_at, row.words, row.target_id)
    return _listed(row.connector_id, [shown], now)[0]


def names(row: Introduction) -> tuple[str, str]:
    """Return who asks and who is meant: the requester's own words until approval, then the name on the card."""
    found = row_of(row, row.opened_at)
    return found.requester, found.target


def _listed(connector_id: str, shown: Iterable[_Shown], now: datetime) -> list[DeskRow]:
    found = list(shown)
    cards = people.names_on(connector_id, sorted({target for *_row, target in found if target}))
    words = sealing.json_of_all(((pk, blob) for pk, _state, _at, blob, _target in found), Introduction, "words")
    return [_row(one, now, cards, words[one[0]] or {}) for one in found]


def _row(shown: _Shown, now: datetime, cards: Mapping[str, str], said: Mapping[str, str]) -> DeskRow:
    pk, state, opened_at, _words, target_id = shown
    return DeskRow(
        id=pk,
        state=State(state),
        requester=said.get("name", ""),
        target=cards.get(target_id or "", said.get("target", "")),
        age_days=(now - opened_at).days,
        opened_at=opened_at,
    )


def _theirs(connector_id: str, states: Sequence[str]) -> QuerySet[Introduction, _Shown]:
    """What a list shows of those in these states, oldest first: the index has them in this order."""
    found = Introduction.objects.filter(connector_id=connector_id, state__in=states).order_by("opened_at", "pk")
    return found.values_list("pk", "state", "opened_at", "words", "target_id")


@prepared
def _counts(connector_id: str) -> QuerySet[Introduction, tuple[str, int]]:
    return (
        Introduction.objects.filter(connector_id=connector_id)
        .values("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )


@prepared
def _waiting(connector_id: str, states: Sequence[str]) -> QuerySet[Introduction, _Shown]:
    return _theirs(connector_id, states)[:A_PAGE]


@prepared
def _newest(connector_id: str, states: Sequence[str]) -> QuerySet[Introduction, _Shown]:
    return _theirs(connector_id, states).reverse()[:A_PAGE]
