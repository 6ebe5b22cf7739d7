"""How the last letters fared, for whoever decides when the next may leave; and claims given back untried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min, Q, QuerySet, Subquery

from twoyes.introductions import outbox
from twoyes.introductions.models import Introduction, Letter, LetterState, SendAttempt
from twoyes.lib import limits
from twoyes.lib.prepared import prepared

# Stands before the relay's words when they were about us and not about the letter.
_HALT = "halt: "


@dataclass(frozen=True, slots=True)
class Halt:
    """The relay does not trust us, or we it: since when, and what was said (C9, C10)."""

    at: datetime
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many of the last results were one and the same 5xx in a row, and when the last came (F13)."""

    count: int = 0
    code: int = 0
    at: datetime | None = None


# --- claims given back --------------------------------------------------------------------------------------------


def postpone(claimed: outbox.Claimed, until: datetime, now: datetime) -> str:
    """Give a claim back that was not tried: due again at `until`, without a try spent. Returns the letter's state."""
    mine = Letter.objects.filter(pk=claimed.letter, epoch=claimed.epoch, state=LetterState.CLAIMED)
    mine.update(state=LetterState.QUEUED, due_at=until, at=now, attempts=F("attempts") - 1)
    return _state(claimed)


def put_off(claimed: outbox.Claimed, why: str, now: datetime) -> str:
    """Back off from a letter that cannot be handed over as it is; `why` has no personal data in it.

    What has passed its point of no return stays where it is, for the reaper. Returns the letter's state.
    """
    mine = Letter.objects.filter(pk=claimed.letter, epoch=claimed.epoch, state=LetterState.CLAIMED)
    if not mine.exists():
        return _state(claimed)
    return outbox.settle(claimed, "temporary", reply=why, now=now)


def halt(claimed: outbox.Claimed, code: int, reply: str, now: datetime) -> str:
    """Back off from a letter at which the relay refused us; `last_halt` tells all workers (C10)."""
    return outbox.settle(claimed, "temporary", code=code, reply=f"{_HALT}{reply}", now=now)


def doubt(claimed: outbox.Claimed, code: int, reply: str, now: datetime) -> str:
    """Leave a letter unknown, and tell all workers as `halt` does: its way broke off past the point of no return."""
    return outbox.settle(claimed, "unknown", code=code, reply=f"{_HALT}{reply}", now=now)


# --- how the last ones fared --------------------------------------------------------------------------------------


def last_halt(connector: str = "") -> Halt | None:
    """Return the trouble that the very last result told of, or None when it told of none.

    On the way that all letters take, or on the `connector`'s own.
    """
    last = next(iter(_last_halt_of(connector) if connector else _last_halt()), None)
    return Halt(last.at, last.code, last.reply.removeprefix(_HALT)) if last else None


def refusals(connector: str = "") -> Refusals:
    """Return the row of equal 5xx that ends in the last result; a letter put back into the queue counts in it.

    On the way that all letters take, or on the `connector`'s own.
    """
    last = _last_results_of(connector) if connector else _last_results()
    if not last or not 500 <= last[0][0] <= 599:
        return Refusals()
    equal = next((place for place, (code, _at) in enumerate(last) if code != last[0][0]), len(last))
    return Refusals(equal, *last[0])


def _results() -> QuerySet[SendAttempt]:
    """What relays said. That somebody pressed a button on the page of a letter is no answer of a relay."""
    return SendAttempt.objects.exclude(phase="xmit").exclude(phase="sent", code=0)


def _ours() -> QuerySet[SendAttempt]:
    return _results().filter(way__isnull=True)


def _own(connector: str) -> QuerySet[SendAttempt]:
    return _results().filter(way__isnull=False, letter__connector_id=connector)


def _halt_among(results: QuerySet[SendAttempt]) -> QuerySet[SendAttempt]:
    newest = results.order_by("-at").values("at")[:1]
    # Several results may bear one instant: a clock that was set back stands still.
    return results.filter(at=Subquery(newest), reply__startswith=_HALT).order_by("pk")[:1]


@prepared
def _last_halt() -> QuerySet[SendAttempt]:
    return _halt_among(_ours())


@prepared
def _last_halt_of(connector: str) -> QuerySet[SendAttempt]:
    return _halt_among(_own(connector))


@prepared
def _last_results() -> QuerySet[SendAttempt, tuple[int, datetime]]:
    return _ours().order_by("-at").values_list("code", "at")[: limits.BREAKER_REFUSALS]


@prepared
def _last_results_of(connector: str) -> QuerySet[SendAttempt, tuple[int, datetime]]:
    return _own(connector).order_by("-at").values_list("code", "at")[: limits.BREAKER_REFUSALS]


def departures(since: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield the id of each letter that passed its point of no return after `since`, and when, oldest first."""
    passed = SendAttempt.objects.filter(phase="xmit", at__gt=since).order_by("at")
    yield from passed.values_list("letter_id", "at")


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits longer than it should: since when a letter or a deadline is overdue, and what cannot be sent."""

    letter: datetime | None
    deadline: datetime | None
    broken: tuple[str, ...]


def queue(now: datetime) -> Queue:
    """Return what is overdue at `now`, for whoever looks after the machine (F18, F24)."""
    letters = Letter.objects.filter(state=LetterState.QUEUED)
    overdue = letters.filter(due_at__lte=now).aggregate(at=Min("due_at"))["at"]
    deadline = Introduction.objects.filter(next_at__lte=now).aggregate(at=Min("next_at"))["at"]
    unfit = Q(reply__startswith="broken: ") | Q(reply__startswith="not written: ")
    return Queue(overdue, deadline, tuple(letters.filter(unfit).order_by("pk").values_list("pk", flat=True)))


def is_due(now: datetime) -> bool:
    """Say whether a deadline has passed or a letter may leave: a look that writes nothing."""
    letters = Letter.objects.filter(state=LetterState.QUEUED, due_at__lte=now)
    return letters.exists() or Introduction.objects.filter(next_at__lte=now).exists()


def _state(claimed: outbox.Claimed) -> str:
    return str(Letter.objects.values_list("state", flat=True).get(pk=claimed.letter))
