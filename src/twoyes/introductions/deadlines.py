"""The clock: every deadline that has passed becomes an event, in order, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from twoyes.introductions import asking, engine, links, queries
from twoyes.introductions.models import Introduction
from twoyes.introductions.protocol import Actor, Event, Role

CLOCK = Actor(Role.CLOCK, door="clock")


def due(now: datetime, *, limit: int = 1000) -> list[str]:
    """Walk the deadlines that have passed, oldest first; return what fired, as `id:event`.

    Two clocks may run at once: each deadline fires once, since its timer is gone afterwards (B20).
    """
    fired: list[str] = []
    while len(fired) < limit:
        found = overdue(now)
        if found is None:
            return fired
        fired.append(fire(found, now))
    return fired


def overdue(now: datetime, *, but: Collection[str] = ()) -> str | None:
    """Return the introduction whose deadline passed first, or None; `but` are left out, since they cannot go on."""
    if not but:
        return next(iter(queries.overdue(now)), None)
    rows = Introduction.objects.filter(next_at__lte=now).exclude(pk__in=but)
    return rows.order_by("next_at").values_list("pk", flat=True).first()


@engine.verb
def fire(introduction_id: str, now: datetime) -> str:
    """Fire the next deadline of one introduction, if it has passed; return `id:event`."""
    with engine.changing(introduction_id) as work:
        timer = work.snapshot.next_timer
        if timer is None or timer.at > now:
            return f"{introduction_id}:nothing"
        work.hand_in(Event(timer.name, CLOCK, {"due": timer.at.isoformat()}), now)
        return f"{introduction_id}:{timer.name}"


def tidy(now: datetime) -> None:
    """Throw away what nobody needs any more: day counts of verify letters, links that ended a year ago."""
    asking.forget_counts(now)
    links.expire(now)


def next_due(now: datetime) -> datetime | None:
    """Return the next instant after `now` at which a deadline passes or a letter may leave, or None."""
    instants = [*queries.next_deadline(now), *queries.next_letter(now)]
    return min((at for at in instants if at is not None), default=None)
