"""The desk's list: a handful of queries, and as much work, however many introductions and people there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Func, IntegerField, QuerySet, Subquery

from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import State, record
from twoyes.introductions.records import HIDDEN, MAY_WAIT, WAITS, DeskPart, DeskRow
from twoyes.lib import limits, sealing
from twoyes.lib.prepared import prepared
from twoyes.people import front as people

# What may wait for the connector is for the row to say; this is under way, and the rest has ended.
UNDER_WAY = (
    State.ASKING,
    State.AGREED,
    State.PASSED,
    State.INTRODUCED,
    State.CONNECTED,
    State.AWAITING_OUTCOME,
    State.RETURNED,
)
_DECIDED = tuple(state for state in State if state not in {*WAITS, *HIDDEN})
# What one looks through at a desk before one turns the page.
A_PAGE = 30

# An introduction's id, state and beginning, its sealed words, and the card that is meant.
type _Shown = tuple[str, str, datetime, bytes | memoryview, str | None]
_COLUMNS = ("pk", "state", "opened_at", "words", "target_id")
# What a line says of the words, and what a no to it is said by.
_NAMES = ("name", "target")
_NAMES_AND_LANGUAGE = (*_NAMES, "language")


def desk(connector_id: str, now: datetime) -> list[DeskRow]:
    """Return all introductions of a connector: what waits first, oldest first; then the rest, newest first."""
    held = _held(connector_id, now)
    waiting, others = _theirs(connector_id, WAITS), _theirs(connector_id, _DECIDED).exclude(pk__in=_ids(held))
    return _listed(connector_id, _oldest_first(waiting, held), now, waits=True) + _listed(
        connector_id, others.reverse(), now
    )


def desk_part(connector_id: str, now: datetime, *, begin: int = 0) -> DeskPart:
    """Return a page of that list, from the row at `begin` on, and how many there are and wait in all."""
    total, waits, agreed = next(iter(_counts(connector_id)), (0, 0, 0))
    held = _held(connector_id, now) if agreed else []
    waits += len(held)
    waiting: list[_Shown] = []
    if begin < waits:
        # The page that is looked at most is asked for by SQL that is built once.
        first = _waiting(connector_id) if begin == 0 else _theirs(connector_id, WAITS)[: begin + A_PAGE]
        waiting = _oldest_first(first, held)[begin : begin + A_PAGE]
    left, skipped = A_PAGE - len(waiting), max(begin - waits, 0)
    others: Iterable[_Shown] = ()
    if left:
        rest = (connector_id, _DECIDED, _ids(held))
        others = _others(*rest)[skipped : skipped + left] if begin else _newest(*rest)[:left]
    shown = _listed(connector_id, waiting, now, waits=True) + _listed(connector_id, others, now)
    return DeskPart(tuple(shown), waits, total)


def going_on(connector_id: str, now: datetime) -> list[DeskRow]:
    """Return as much as a page of what waits, oldest first, and then of what is under way, newest first."""
    held = _held(connector_id, now)
    waiting = _oldest_first(_waiting(connector_id), held)[:A_PAGE]
    others = _newest(connector_id, UNDER_WAY, _ids(held))[: A_PAGE - len(waiting)]
    return _listed(connector_id, waiting, now, waits=True) + _listed(connector_id, others, now)


def undecided(connector_id: str, now: datetime) -> list[DeskRow]:
    """Return what the connector can still say no to, oldest first: as much as one looks through at a time."""
    found = _theirs(connector_id, (State.WAITING, State.TALKING))[:A_PAGE]
    return _listed(connector_id, found, now, waits=True, texts=_NAMES_AND_LANGUAGE)


def waits(row: Introduction, now: datetime) -> bool:
    """Say whether an introduction goes on only when its connector acts."""
    return row.state in WAITS or (row.state == State.AGREED and _is_held(row.snapshot, now))


def row_of(row: Introduction, now: datetime) -> DeskRow:
    """Return one introduction as a line of the desk."""
    shown = (row.pk, row.state, row.opened_at, row.words, row.target_id)
    return _listed(row.connector_id, [shown], now, waits=waits(row, now))[0]


def names(row: Introduction) -> tuple[str, str]:
    """Return who asks and who is meant: the requester's own words until approval, then the name on the card."""
    found = row_of(row, row.opened_at)
    return found.requester, found.target


def _listed(
    connector_id: str, shown: Iterable[_Shown], now: datetime, *, waits: bool = False, texts: Sequence[str] = _NAMES
) -> list[DeskRow]:
    found = list(shown)
    if not found:
        return []
    cards = people.names_on(connector_id, sorted({target for *_row, target in found if target}))
    sealed = ((pk, blob) for pk, _state, _at, blob, _target in found)
    words = sealing.json_of_all(sealed, Introduction, "words", only=texts)
    return [
        DeskRow(
            id=pk,
            state=State(state),
            requester=(said := words[pk] or {}).get("name", ""),
            target=cards.get(target or "", said.get("target", "")),
            age_days=(now - opened_at).days,
            opened_at=opened_at,
            waits=waits,
            language=said.get("language", ""),
        )
        for pk, state, opened_at, _words, target in found
    ]


def _oldest_first(some: Iterable[_Shown], others: Iterable[_Shown]) -> list[_Shown]:
    return sorted([*some, *others], key=lambda shown: (shown[2], shown[0]))


def _ids(shown: Iterable[_Shown]) -> list[str]:
    return [pk for pk, *_row in shown]


def _held(connector_id: str, now: datetime) -> list[_Shown]:
    """Return what all agreed to and what does not leave by itself; the few of that state are looked at one by one."""
    return [(*shown,) for *shown, snapshot in _agreed(connector_id) if _is_held(snapshot, now)]


def _is_held(snapshot: Mapping[str, Any], now: datetime) -> bool:
    agreed = record.from_json(snapshot)
    late = agreed.hold_until is not None and now > agreed.hold_until + limits.INTRODUCTION_LATE
    return late or not agreed.leaves_by_itself


def _theirs(connector_id: str, states: Sequence[str]) -> QuerySet[Introduction, _Shown]:
    """What a list shows of those in these states, oldest first: the index has them in this order."""
    # What is hidden is named although none of these states is: so this is read off the index that leaves it out.
    shown = Introduction.objects.exclude(state__in=HIDDEN)
    found = shown.filter(connector_id=connector_id, state__in=states).order_by("opened_at", "pk")
    return found.values_list(*_COLUMNS)


def _others(connector_id: str, states: Sequence[str], but: Sequence[str]) -> QuerySet[Introduction, _Shown]:
    return _theirs(connector_id, states).exclude(pk__in=but).reverse()


@prepared
def _counts(connector_id: str) -> QuerySet[Introduction, tuple[int, int, int]]:
    """How many there are, how many wait, and how many all agreed to; no row where there are none at all."""
    theirs = Introduction.objects.filter(connector_id=connector_id)
    few = theirs.filter(state__in=MAY_WAIT)
    counts = {
        "n": _number(theirs.exclude(state__in=HIDDEN)),
        "waits": _number(few.exclude(state=State.AGREED)),
        "agreed": _number(few.filter(state=State.AGREED)),
    }
    return theirs.annotate(**counts).values_list(*counts)[:1]


def _number(some: QuerySet[Introduction]) -> Subquery:
    # Plain, where Django's `Count` would group as well: each is then read off an index without a look at a state.
    return Subquery(some.values(n=Func(template="COUNT(*)", output_field=IntegerField())))


@prepared
def _waiting(connector_id: str) -> QuerySet[Introduction, _Shown]:
    # In the very words of the index, which knows nothing of what has ended.
    return _theirs(connector_id, MAY_WAIT).exclude(state=State.AGREED)[:A_PAGE]


@prepared
def _agreed(connector_id: str) -> QuerySet[Introduction, Any]:
    agreed = Introduction.objects.filter(connector_id=connector_id, state__in=MAY_WAIT).filter(state=State.AGREED)
    return agreed.values_list(*_COLUMNS, "snapshot")


@prepared
def _newest(connector_id: str, states: Sequence[str], but: Sequence[str]) -> QuerySet[Introduction, _Shown]:
    return _others(connector_id, states, but)[:A_PAGE]
