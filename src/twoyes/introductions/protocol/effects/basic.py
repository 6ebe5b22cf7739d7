"""The smallest effects, and what the others are made of: letters, acts, timers, and what the requester sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from twoyes.introductions.protocol.snapshot import (
    Act,
    Change,
    Event,
    Face,
    Introduction,
    LetterDue,
    Origin,
    Side,
    Timer,
)
from twoyes.introductions.protocol.times import open_time
from twoyes.lib import limits

Effect = Callable[[Introduction, Event, datetime], Change]
NO_CHANGE = Change()


def letter(kind: str, to: str) -> Effect:
    """Owe a letter of `kind` to a role, at once."""

    def owe(_i: Introduction, _e: Event, now: datetime) -> Change:
        return Change(letters=(LetterDue(kind, to, now),))

    return owe


def nudge(kind: str, to: str) -> Effect:
    """Owe a nudge, unless a sleeping worker finds it more than a week late."""

    def owe(_i: Introduction, e: Event, now: datetime) -> Change:
        return NO_CHANGE if too_late(e, now) else Change(letters=(LetterDue(kind, to, now),))

    return owe


def too_late(e: Event, now: datetime) -> bool:
    return e.due is not None and now - e.due > limits.NUDGE_TOO_LATE


def act(*acts: Act) -> Effect:
    def do(_i: Introduction, _e: Event, _now: datetime) -> Change:
        return Change(acts=acts)

    return do


def put(**fields: object) -> Effect:
    def do(_i: Introduction, _e: Event, _now: datetime) -> Change:
        return Change(fields)

    return do


def timer(name: str, after: timedelta) -> Effect:
    """Set a timer that long from now, on everybody's clock."""

    def do(i: Introduction, _e: Event, now: datetime) -> Change:
        return Change({"timers": with_timers(i, Timer(now + after, name))})

    return do


def desk_timer(name: str, after: timedelta | str) -> Effect:
    """Set a timer that stands still in closed weeks; a string names one of the connector's own terms."""

    def do(i: Introduction, _e: Event, now: datetime) -> Change:
        span = getattr(i.terms, after) if isinstance(after, str) else after
        return Change({"timers": with_timers(i, Timer(open_time(now, span, i.terms), name))})

    return do


def with_timers(i: Introduction, *timers: Timer) -> tuple[Timer, ...]:
    """Return the timers with these among them; each replaces its namesake."""
    names = {t.name for t in timers}
    return tuple(sorted((*(t for t in i.timers if t.name not in names), *timers)))


def without_timers(i: Introduction, *names: str) -> tuple[Timer, ...]:
    return tuple(t for t in i.timers if t.name not in names)


def show(stage: str) -> Effect:
    """Change what the requester sees. No row that an answer of the target selects may use it (quiet-no)."""

    def do(i: Introduction, _e: Event, now: datetime) -> Change:
        return Change({"face": showing(i, stage, now)})

    return do


def showing(i: Introduction, stage: str, now: datetime) -> Face:
    """Return the face at a new stage; one that shows it already stays as it is."""
    if i.face.stage == stage:
        return i.face
    return replace(i.face, stage=stage, since=now, turn=i.face.turn + 1)


def asker(i: Introduction) -> str:
    """Who hears about this introduction beside the connector: the requester, or in an offer the first side."""
    return "first" if i.origin is Origin.OFFERED else "requester"


def asker_waits(i: Introduction) -> bool:
    """Whether there is somebody who asked: in an offer only after the first side's yes."""
    return i.origin is Origin.ASKED or (i.origin is Origin.OFFERED and i.side is Side.SECOND)
