"""What an answer changes: the record of it, the wish that it sets, and what `tell` allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from twoyes.introductions.protocol.effects.basic import NO_CHANGE, with_timers, without_timers
from twoyes.introductions.protocol.effects.returning import not_coming_back
from twoyes.introductions.protocol.snapshot import Act, Change, Event, Introduction, State, Timer
from twoyes.lib import limits

# What the target may tick so that a no is told before its date.
TELLS = frozenset({"a_no_now", "my_words"})


def answered(i: Introduction, e: Event, now: datetime) -> Change:
    """Record an answer and where undo leads; the first of several changes decides that.

    A press on the page proves that the ask arrived, so it starts the deadline if the relay's word is still out.
    What an earlier answer invited (a date to come back, a late yes) is over.
    """
    kind = e.kind.removeprefix("noted_")
    noted = kind != e.kind
    gone = not_coming_back(i, e, now)
    return Change(
        {
            **gone.fields,
            "answer": kind,
            "noted": noted,
            "before": i.before if i.answer else i.state,
            "asked": i.asked if noted or i.side in i.asked else (*i.asked, i.side),
            "answer_until": i.answer_until or now + i.terms.answer_time,
            "addressed": i.addressed if kind != "yes" else not e.flag("address_wanted"),
        },
        acts=gone.acts,
    )


def told(i: Introduction, e: Event, now: datetime) -> Change:
    """The target ticked that a no may be told now: the final letter comes at the end of a ten-minute hold.

    An answer without the tick takes an earlier one back, as long as the letter has not left.
    """
    if i.hears_by is None or i.final:
        return NO_CHANGE
    at = now + limits.HOLD
    if e.text("tell", "nothing") not in TELLS or at >= i.hears_by:
        return not_told(i, e, now)
    return _final_at(i, at)


def not_told(i: Introduction, _e: Event, _now: datetime) -> Change:
    """Whatever was to be told early is told on the promised date."""
    return NO_CHANGE if i.told_at is None or i.final else _final_at(i, None)


def _final_at(i: Introduction, told_at: datetime | None) -> Change:
    assert i.hears_by is not None, "nobody is told without a date"
    return Change(
        {
            "told_at": told_at,
            "timers": with_timers(i, Timer(told_at or i.hears_by, "final")),
            "face": replace(i.face, told_at=told_at),
        }
    )


def wish_set(_i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"wish": True}, acts=(Act.SET_WISH,))


def wish_taken_back(i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"wish": False}, acts=(Act.DROP_WISH,)) if i.wish else NO_CHANGE


def undone(i: Introduction, e: Event, now: datetime) -> Change:
    """Go back to where the first answer was given, with the clock of that state."""
    gone = not_coming_back(i, e, now)
    fields: dict[str, object] = {**gone.fields, "answer": "", "before": None, "noted": False}
    rest = i.changed(timers=without_timers(i, "come_back"))
    fields["timers"] = rest.timers
    if i.before is State.PASSED and i.passed_until is not None:
        fields["timers"] = with_timers(rest, Timer(i.passed_until, "close_passed"))
    else:
        fields["passed_by"] = ""
    if i.before is State.ASKING and i.answer_until is not None:
        fields["timers"] = with_timers(rest, Timer(i.answer_until, "silence"))
    return Change(fields, acts=gone.acts)


def pair_of_noted(i: Introduction, e: Event, _now: datetime) -> Change:
    """A yes given in person uses up the pair's one ask, though no letter left."""
    return Change(acts=(Act.TAKE_PAIR,)) if e.kind == "noted_yes" and i.side not in i.asked else NO_CHANGE
