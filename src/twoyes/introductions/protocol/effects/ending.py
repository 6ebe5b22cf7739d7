"""The ends of a chapter, and the one final letter that each of them owes to whoever asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from twoyes.introductions.protocol.effects.basic import (
    NO_CHANGE,
    Effect,
    asker,
    asker_waits,
    showing,
    without_timers,
)
from twoyes.introductions.protocol.effects.introducing import ASK_AGAIN
from twoyes.introductions.protocol.effects.returning import not_coming_back
from twoyes.introductions.protocol.snapshot import Act, Change, Event, Face, Introduction, LetterDue, State

# Nobody with a proved address waits in these.
UNPROVED = frozenset({State.DRAFT, State.UNVERIFIED})
DESK = frozenset({State.WAITING, State.TALKING, State.RETURNED})


def final(kind: str) -> Effect:
    """Owe the one final letter of a chapter to whoever asked, and see to it that no other follows."""

    def owe(i: Introduction, _e: Event, now: datetime) -> Change:
        timers = without_timers(i, "final")
        if i.final or i.withdrawn_by == "requester":
            return Change({"timers": timers})
        return Change({"final": kind, "timers": timers}, letters=(LetterDue(kind, asker(i), now),))

    return owe


def final_before_approval(kind: str) -> Effect:
    """Before an approval the final letter goes now; after one, `not_this_time` on the date that was promised."""

    def owe(i: Introduction, e: Event, now: datetime) -> Change:
        if i.hears_by is not None or not asker_waits(i):
            return NO_CHANGE
        change = final(kind)(i, e, now)
        return replace(change, fields={**change.fields, "face": showing(i, kind, now)})

    return owe


def closed_for(i: Introduction, e: Event, now: datetime) -> Change:
    """A close by hand or program: the same final letter as any other end.

    Before an approval it goes now, after one on the promised date; when an account is deleted nobody waits, in
    whatever state the chapter is.
    """
    if i.state in UNPROVED:
        return Change({"face": showing(i, "discarded", now)}) if i.face.stage else NO_CHANGE
    if i.hears_by is None:
        return final_before_approval("lapsed")(i, e, now) if i.state in DESK else NO_CHANGE
    if e.text("reason") != "account_deleted" or i.introduced_at is not None:
        return NO_CHANGE
    change = final("not_this_time")(i, e, now)
    if not change.letters:
        return change
    face = replace(i.face, hears_by=now, told_at=None)
    return replace(change, fields={**change.fields, "hears_by": now, "told_at": None, "face": face})


def barred(i: Introduction, e: Event, now: datetime) -> Change:
    """The chapter takes no yes any more, nor is anybody asked whether they are still looking."""
    gone = not_coming_back(i, e, now)
    return Change({**gone.fields, "barred": True}, acts=gone.acts)


def no_more_questions(i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"timers": without_timers(i, "ask_in_touch", *ASK_AGAIN)})


def withdrawn_by_asker(i: Introduction, e: Event, now: datetime) -> Change:
    """Whoever asked and withdraws hears nothing more, whatever else happened."""
    gone = not_coming_back(i, e, now)
    rest = i.changed(timers=without_timers(i, "final", "ask_in_touch", "come_back", *ASK_AGAIN))
    face = replace(showing(i, "withdrawn", now), again=None, told_at=None)
    fields = {**gone.fields, "withdrawn_by": "requester", "barred": True, "face": face, "timers": rest.timers}
    return Change(fields, acts=(*gone.acts, Act.DROP_DATE))


def withdrawn_by_desk(i: Introduction, e: Event, now: datetime) -> Change:
    """A connector who withdraws leaves the promised date standing."""
    change = barred(i, e, now)
    return replace(change, fields={**change.fields, "withdrawn_by": "connector"})


def erased(i: Introduction, e: Event, now: datetime) -> Change:
    """An erased requester gets no final letter; an erased target changes nothing that a requester with a date sees.

    Before an approval there is no date yet, and the final letter is that of any other end.
    """
    # What was told of a missed date goes with either of the two.
    i = i.changed(face=replace(i.face, missed_at=None))
    change = barred(i, e, now)
    change = replace(change, fields={"face": i.face, **change.fields, "missed_at": None})
    if e.text("who") in {"requester", "first"}:
        face = Face(turn=i.face.turn + 1)
        fields = {**change.fields, "final": i.final or "none", "timers": (), "face": face}
        return Change(fields, acts=(*change.acts, Act.DROP_DATE))
    ended = closed_for(i, e, now) if i.state in DESK | UNPROVED else NO_CHANGE
    kept = () if i.introduced_at else tuple(t for t in i.timers if t.name in {"final", "ask_in_touch"})
    return Change({**change.fields, **ended.fields, "timers": kept}, letters=ended.letters, acts=change.acts)
