"""The introduction protocol: pure, total, and the only place where an introduction's state may change.

`advance(introduction, event, now)` returns the next snapshot, the letters due and the store's acts, or raises
`Refused` with a stable code, a sentence for a person and the rule that it keeps. It reads no clock and does no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from twoyes.introductions.protocol.effects import CHAPTER_TIMERS
from twoyes.introductions.protocol.snapshot import (
    Act,
    Actor,
    Advanced,
    Channel,
    Event,
    Face,
    Introduction,
    LetterDue,
    Origin,
    Role,
    Side,
    State,
    Terms,
    Timer,
)
from twoyes.introductions.protocol.table import ANSWERS, BEFORE, CLOSING, ROLES, TABLE, Row
from twoyes.introductions.protocol.view import View, requester_view
from twoyes.lib.errors import Refused

__all__ = [
    "Act",
    "Actor",
    "Advanced",
    "Channel",
    "Event",
    "Face",
    "Introduction",
    "LetterDue",
    "Origin",
    "Role",
    "Side",
    "State",
    "Terms",
    "Timer",
    "View",
    "advance",
    "fold",
    "requester_view",
]

_ROWS: dict[tuple[State | None, str], list[Row]] = {}
for _row in TABLE:
    for _state in _row.states:
        for _kind in _row.events:
            _ROWS.setdefault((_state, _kind), []).append(_row)


def advance(introduction: Introduction, event: Event, now: datetime) -> Advanced:
    """Apply one event at the UTC instant `now`.

    Raises `Refused`: `not_yours` (this role may not), `stale` (the page showed another state), `not_due` (no such
    deadline has passed), `not_now` (the table has no row), or the code of the guard that objects.
    """
    _may(introduction, event, now)
    row = _choose(introduction, event, now)
    for guard in row.guards:
        guard(introduction, event, now)
    return _apply(introduction, row, event, now)


def fold(entries: Iterable[tuple[Event, datetime]]) -> Introduction:
    """Replay a journal, oldest first: the state is nothing but this (invariant *journaled*)."""
    introduction = Introduction()
    for event, at in entries:
        introduction = advance(introduction, event, at).introduction
    return introduction


def _may(i: Introduction, event: Event, now: datetime) -> None:
    if event.actor.role not in ROLES.get(event.kind, frozenset()):
        raise Refused("not_yours", "This is not yours to do.", rule="A1")
    if event.seen is not None and event.seen != i.turn and event.kind not in CLOSING:
        raise Refused("stale", "This has changed since the page was opened. Here is how it stands now.", rule="A3")
    if event.actor.role is Role.CLOCK and not any(t.name == event.kind and t.at <= now for t in i.timers):
        raise Refused("not_due", "That deadline has not come.")


def _choose(i: Introduction, event: Event, now: datetime) -> Row:
    for row in _ROWS.get((i.state, event.kind), ()):
        if row.branch(i, event, now):
            return row
    raise Refused("not_now", "This cannot be done now: it has moved on or has ended.", rule="A1")


def _apply(i: Introduction, row: Row, event: Event, now: datetime) -> Advanced:
    to = i.before if row.to == BEFORE else State(row.to) if row.to else i.state
    seq = i.seq + 1
    turned = to is not i.state or event.kind in ANSWERS
    timers = tuple(t for t in i.timers if t.name != event.kind or event.actor.role is not Role.CLOCK)
    if to is not i.state:
        timers = tuple(t for t in timers if t.name in CHAPTER_TIMERS)
    terms = event.terms or i.terms
    step = replace(i, seq=seq, turn=seq if turned else i.turn, timers=timers, terms=terms)
    letters: list[LetterDue] = []
    acts: list[Act] = []
    for effect in row.effects:
        change = effect(step, event, now)
        if change.fields:
            step = replace(step, **change.fields)  # type: ignore[arg-type]
        letters += change.letters
        acts += change.acts
    acts += _left_behind(i.state, to, acts)
    return Advanced(replace(step, state=to), tuple(letters), tuple(acts), row.letter)


def _left_behind(state: State | None, to: State | None, acts: list[Act]) -> list[Act]:
    """Letters of a state that was left must not leave any more."""
    if state is State.ASKING and to is not State.ASKING and Act.PARK_ASK not in acts:
        return [Act.DROP_ASK]
    if state is State.AGREED and to not in {State.AGREED, State.INTRODUCED}:
        return [Act.DROP_INTRODUCTION]
    return []
