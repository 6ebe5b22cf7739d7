"""The introduction protocol: pure, total, and the only place where an introduction's state may change.

`advance(introduction, event, now)` returns the next snapshot, the letters due and the store's acts, or raises
`Refused` with a stable code, a sentence for a person and the rule that it keeps. It reads no clock, does no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from twoyes.introductions.protocol.guards import first_may_undo
from twoyes.introductions.protocol.promises import PROMISES, Promise
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
    utc,
)
from twoyes.introductions.protocol.table import (
    ANSWERS,
    ASKING_ACTS,
    BEFORE,
    CHAPTER_TIMERS,
    CLOSING,
    DESK,
    PAGE,
    ROLES,
    TABLE,
    VIEWED,
    Row,
)
from twoyes.introductions.protocol.view import View, requester_view
from twoyes.lib.errors import Refused
from twoyes.lib.errors import mark as _

__all__ = [
    "ANSWERS",
    "PROMISES",
    "Act",
    "Actor",
    "Advanced",
    "Channel",
    "Event",
    "Face",
    "Introduction",
    "LetterDue",
    "Origin",
    "Promise",
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
    """Apply one event at the instant `now`.

    Raises `ValueError` for a time without a zone, and `Refused`: `not_yours` (this role may not), `stale` (the page
    showed another state), `not_due` (no such deadline has passed), `ended` (whoever asked may not do this any
    more), `not_now` (the table has no row), or the code of the guard that objects.
    """
    now = utc(now)
    _may(introduction, event, now)
    if event.actor.role is Role.CLOCK:
        event = replace(event, due=_due(introduction, event, now))
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
    role, kind = event.actor.role, event.kind
    if role not in ROLES.get(kind, frozenset()) or (role in PAGE and kind in ASKING_ACTS and not _asks(i, event)):
        raise Refused("not_yours", _("This is not yours to do."), rule="A1")
    shown = i.turn
    if role is Role.REQUESTER or _asks(i, event):
        _may_ask(i, event, now)
        shown = i.turn if role in DESK else i.face.turn
    if event.seen is not None and event.seen != shown and kind not in CLOSING:
        sentence = _("This has changed since the page was opened. Here is how it stands now.")
        raise Refused("stale", sentence, rule="A3")


def _asks(i: Introduction, event: Event) -> bool:
    """Whether this is the first side of an offer after its yes: from then on it is the one who asked."""
    return i.side is Side.SECOND and event.data.get("side") == Side.FIRST


def _may_ask(i: Introduction, event: Event, now: datetime) -> None:
    """What whoever asked may do follows from their view alone, so that no refusal tells of an answer (quiet-no)."""
    kind = event.kind
    if kind in VIEWED:
        if VIEWED[kind] not in requester_view(i.face, now).acts:
            raise Refused("ended", _("This has ended."), rule="A7")
    elif kind == "undo":
        first_may_undo(i, event, now)
    elif kind in ANSWERS:
        raise Refused("not_their_turn", _("You said yes already. You can still say no."), rule="A1")


def _due(i: Introduction, event: Event, now: datetime) -> datetime:
    for timer in i.timers:
        if timer.name == event.kind and timer.at <= now:
            return timer.at
    raise Refused("not_due", _("That deadline has not come."))


def _choose(i: Introduction, event: Event, now: datetime) -> Row:
    for row in _ROWS.get((i.state, event.kind), ()):
        if row.branch(i, event, now):
            return row
    raise Refused("not_now", _("This cannot be done now: it has moved on or has ended."), rule="A1")


def _apply(i: Introduction, row: Row, event: Event, now: datetime) -> Advanced:
    to = i.before if row.to == BEFORE else State(row.to) if row.to else i.state
    seq = i.seq + 1
    turned = to is not i.state or event.kind in ANSWERS
    step = i.changed(seq=seq, turn=seq if turned else i.turn, timers=_kept(i, to, event), terms=_terms(i, event))
    letters: list[LetterDue] = []
    acts: list[Act] = []
    for effect in row.effects:
        change = effect(step, event, now)
        if change.fields:
            step = step.changed(**change.fields)
        letters += change.letters
        acts += change.acts
    acts += _left_behind(i.state, to, acts)
    return Advanced(step.changed(state=to), tuple(letters), tuple(acts), row.letter)


def _kept(i: Introduction, to: State | None, event: Event) -> tuple[Timer, ...]:
    """The timers that go on running: not the one that fired, and of a state that is left only the chapter's own."""
    fired = event.kind if event.due is not None else ""
    return tuple(t for t in i.timers if t.name != fired and (to is i.state or t.name in CHAPTER_TIMERS))


def _terms(i: Introduction, event: Event) -> Terms:
    """Deadlines are fixed when set: after an approval the numbers change only with another one."""
    if event.terms is None or (i.approved_at is not None and event.kind != "approve"):
        return i.terms
    return event.terms


def _left_behind(state: State | None, to: State | None, acts: list[Act]) -> list[Act]:
    """Letters of a state that was left must not leave any more."""
    if state in {State.ASKING, State.PASSED} and to is not state and Act.PARK_ASK not in acts:
        return [Act.DROP_ASK]
    if state is State.AGREED and to not in {State.AGREED, State.INTRODUCED}:
        return [Act.DROP_INTRODUCTION]
    return []
