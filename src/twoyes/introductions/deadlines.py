"""The clock: every deadline that has passed becomes an event, in order, each in a transaction of its own."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from twoyes.introductions import engine
from twoyes.introductions.models import Introduction, Letter, LetterState
from twoyes.introductions.protocol import Actor, Event, Role

CLOCK = Actor(Role.CLOCK, door="clock")


def due(now: datetime, *, limit: int = 1000) -> list[str]:
    """Walk the deadlines that have passed, oldest first; return what fired, as `id:event`.

    Two clocks may run at once: each deadline fires once, since its timer is gone afterwards (B20).
    """
    fired: list[str] = []
    while len(fired) < limit:
        found = Introduction.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", flat=True).first()
        if found is None:
            return fired
        fired.append(_fire(found, now))
    return fired


@engine.verb
def _fire(introduction_id: str, now: datetime) -> str:
    with engine.changing(introduction_id) as work:
        timer = work.snapshot.next_timer
        if timer is None or timer.at > now:
            return f"{introduction_id}:nothing"
        work.hand_in(Event(timer.name, CLOCK, {"due": timer.at.isoformat()}), now)
        return f"{introduction_id}:{timer.name}"


def next_due(now: datetime) -> datetime | None:
    """Return the next instant after `now` at which a deadline passes or a letter may leave, or None."""
    deadline = Introduction.objects.filter(next_at__gt=now).aggregate(at=Min("next_at"))["at"]
    waiting = Letter.objects.filter(state=LetterState.QUEUED, due_at__gt=now)
    letter = waiting.aggregate(at=Min("due_at"))["at"]
    return min((at for at in (deadline, letter) if at is not None), default=None)
