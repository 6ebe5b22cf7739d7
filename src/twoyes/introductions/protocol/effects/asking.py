"""From an approval to the hand-over: the promised date, the ask, its slot, and the details that go instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from twoyes.introductions.protocol.effects.basic import (
    NO_CHANGE,
    asker,
    showing,
    with_timers,
    without_timers,
)
from twoyes.introductions.protocol.effects.returning import not_coming_back
from twoyes.introductions.protocol.snapshot import (
    Act,
    Change,
    Channel,
    Event,
    Face,
    Introduction,
    LetterDue,
    Origin,
    Side,
    Timer,
)
from twoyes.introductions.protocol.times import SETTLING, ask_limit, leaving
from twoyes.lib import limits


def approval(i: Introduction, e: Event, now: datetime) -> Change:
    """Fix channel and date. After a first approval the first date stands and no second `on_its_way` is sent."""
    fields: dict[str, object] = {
        "approved_at": now,
        "leaves_at": leaving(now, i.terms),
        "channel": Channel(e.text("channel", Channel.RELAY)),
        "as_draft": e.flag("as_draft"),
        "addressed": not e.flag("address_wanted"),
    }
    if i.hears_by is not None or i.side is Side.FIRST:
        return Change(fields)
    return promise(i.changed(**fields), e, now, fields=fields, to=asker(i))


def promise(i: Introduction, e: Event, now: datetime, *, fields: dict[str, object], to: str) -> Change:
    """Tell whoever asked by when they will hear: drawn, so that the date says nothing about the answer."""
    start = i.leaves_at or now
    extra = limits.DRAFT_MARGIN if i.as_draft else timedelta()
    date = start + i.terms.answer_time + limits.ANSWER_MARGIN + e.seconds("draw") + extra
    more = {
        "hears_by": date,
        "timers": with_timers(i, Timer(date, "final")),
        "face": replace(showing(i, "on_its_way", now), hears_by=date),
    }
    return Change({**fields, **more}, letters=(LetterDue("on_its_way", to, now),))


def said_yes_first(i: Introduction, e: Event, now: datetime) -> Change:
    """The first side of an offer agreed: it gets a date, drawn now, and the second side is asked after the hold."""
    pressed = e.kind == "yes" and Side.FIRST not in i.asked
    gone = not_coming_back(i, e, now)
    fields: dict[str, object] = {
        **gone.fields,
        "answer": "",
        "before": None,
        "noted": False,
        "side": Side.SECOND,
        "approved_at": now,
        "leaves_at": leaving(now + limits.HOLD, i.terms),
        "may_pass_on": e.flag("may_pass_on"),
        "asked": (*i.asked, Side.FIRST) if pressed else i.asked,
        "first_until": i.answer_until or now + i.terms.answer_time,
        "first_noted": e.kind in {"offered", "noted_yes"},
        "answer_until": None,
        "timers": without_timers(i, "silence", "not_after", "come_back"),
    }
    owed = promise(i.changed(**fields), e, now, fields=fields, to="first")
    # They may still undo it: the letter waits for the end of the hold, and an ask still queued is not wanted.
    letters = tuple(replace(due, due=now + limits.HOLD) for due in owed.letters)
    unsent = () if Side.FIRST in i.asked else (Act.DROP_ASK,)
    return replace(owed, letters=letters, acts=(*gone.acts, *unsent))


def undone_by_first(i: Introduction, _e: Event, _now: datetime) -> Change:
    """Within the hold the first side takes its yes back: nobody else has heard of it."""
    rest = i.changed(timers=without_timers(i, "final", "not_after"))
    fields: dict[str, object] = {
        "side": Side.FIRST,
        "hears_by": None,
        "face": Face(turn=i.face.turn + 1),
        "answer_until": i.first_until,
        "may_pass_on": False,
    }
    if i.first_until is not None:
        fields["timers"] = with_timers(rest, Timer(i.first_until, "silence"))
    return Change(fields, acts=(Act.DROP_ASK, Act.DROP_DATE))


def ask(i: Introduction, _e: Event, now: datetime) -> Change:
    """Owe the ask to the side whose turn it is, on the first day on which it may leave."""
    start = i.leaves_at or now
    if i.channel is Channel.BY_HAND:
        timers = with_timers(i, Timer(ask_limit(i, start), "not_after"))
        return Change({"timers": timers, "answer_until": None})
    change = _ask_due(i, start, start)
    return replace(change, fields={**change.fields, "answer_until": None})


def ask_moves(i: Introduction, e: Event, now: datetime) -> Change:
    """The slot is taken, but there is a later one in time: the ask waits for it. By hand, the connector waits."""
    if i.channel is Channel.BY_HAND:
        return NO_CHANGE
    slot = e.instant("slot") or now
    change = _ask_due(i, leaving(slot, i.terms), i.leaves_at or now)
    return replace(change, acts=(Act.MOVE_ASK,))


def _ask_due(i: Introduction, slot: datetime, start: datetime) -> Change:
    limit = min(slot + limits.NOT_AFTER_SLOT, ask_limit(i, start))
    return Change(
        {"timers": with_timers(i, Timer(limit + SETTLING, "not_after"))},
        letters=(LetterDue("ask", str(i.side), slot, limit),),
    )


def handed_over(i: Introduction, e: Event, now: datetime) -> Change:
    """The ask is out, or may be: from now on its length counts; of a draft anew, on the day on which it went."""
    if i.side in i.asked and not e.flag("draft_went"):
        return NO_CHANGE
    until = now + i.terms.answer_time
    rest = i.changed(timers=without_timers(i, "not_after"))
    timers = with_timers(rest, Timer(until, "silence"))
    asked = i.asked if i.side in i.asked else (*i.asked, i.side)
    return Change({"asked": asked, "answer_until": until, "timers": timers})


def handed_over_late(i: Introduction, e: Event, now: datetime) -> Change:
    """The relay's word came after the turn was over: it is noted, and so is the deadline that it brings."""
    side = Side(e.text("side", i.side))
    if side in i.asked or e.text("letter", "ask") != "ask":
        return NO_CHANGE
    fields: dict[str, object] = {"asked": (*i.asked, side)}
    if side == i.side and i.answer_until is None:
        fields["answer_until"] = now + i.terms.answer_time
    return Change(fields)


def passed_on_by_connector(_i: Introduction, e: Event, now: datetime) -> Change:
    """The requester's details go to the target, who decides: by letter, or given out by hand."""
    until = now + limits.PASSED_AGE
    fields: dict[str, object] = {
        "passed_by": "connector",
        "passed_until": until,
        "answer_until": until,
        "final": "passed_on",
        "channel": Channel(e.text("channel", Channel.RELAY)),
    }
    if e.text("channel") == Channel.BY_HAND:
        return Change({**fields, "details_out": True}, acts=(Act.TAKE_PAIR, Act.TAKE_SLOT))
    return Change(fields, letters=(LetterDue("details", "target", now),))


def passed_on_by_answer(i: Introduction, _e: Event, now: datetime) -> Change:
    """The target asked for the details: one letter, however often they press, once a copy may be out."""
    fields = {"passed_by": i.passed_by or "target", "passed_until": i.passed_until or now + limits.PASSED_AGE}
    to = "second" if i.origin is Origin.OFFERED else "target"
    return Change(fields, letters=() if i.details_out else (LetterDue("details", to, now),))


def details_settled(_i: Introduction, e: Event, _now: datetime) -> Change:
    """The relay had its say about the details: they are not tried again."""
    return Change({"details_out": True}) if e.text("letter") == "details" else NO_CHANGE


def close_passed_due(i: Introduction, _e: Event, now: datetime) -> Change:
    return Change({"timers": with_timers(i, Timer(i.passed_until or now, "close_passed"))})
