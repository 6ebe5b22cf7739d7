"""How a chapter begins: asked for, offered, recorded, or continued from an earlier one."""

from __future__ import annotations

from datetime import datetime

from twoyes.introductions.protocol.effects.asking import promise
from twoyes.introductions.protocol.effects.basic import NO_CHANGE, Effect, asker, showing
from twoyes.introductions.protocol.snapshot import (
    Change,
    Event,
    Face,
    Introduction,
    LetterDue,
    Origin,
    Side,
    State,
)
from twoyes.introductions.protocol.times import leaving


def opened(origin: Origin) -> Effect:
    """Begin. In an offer nobody's details may be passed on until that side ticks it themselves."""

    def do(_i: Introduction, e: Event, _now: datetime) -> Change:
        if origin is Origin.OFFERED:
            return Change({"origin": origin, "side": Side.FIRST})
        return Change({"origin": origin, "may_pass_on": e.flag("may_pass_on")})

    return do


def permitted(_i: Introduction, e: Event, _now: datetime) -> Change:
    """Whoever improves their words says anew whether their details may be passed on (N5)."""
    return Change({"may_pass_on": e.flag("may_pass_on")}) if "may_pass_on" in e.data else NO_CHANGE


def verify_owed(_i: Introduction, e: Event, now: datetime) -> Change:
    """Ask for a proof of the address, unless this browser gave one within the month."""
    return NO_CHANGE if e.flag("proved") else Change(letters=(LetterDue("verify", "requester", now),))


def began_as_record(_i: Introduction, e: Event, now: datetime) -> Change:
    at = e.instant("on") or now
    return Change({"introduced_at": at, "introductions": 1, "face": Face("introduced", at, turn=1)})


def opened_again(_i: Introduction, e: Event, _now: datetime) -> Change:
    """A linked new chapter of an earlier introduction, with its permissions, at the side that invited it."""
    offered = e.text("origin") == Origin.OFFERED
    side = Side.TARGET
    if offered:
        side = Side.FIRST if e.text("side") == Side.FIRST else Side.SECOND
    return Change(
        {
            "origin": Origin.OFFERED if offered else Origin.ASKED,
            "side": side,
            "may_pass_on": e.flag("may_pass_on"),
        }
    )


def agreed_again(i: Introduction, e: Event, now: datetime) -> Change:
    """The chapter that a late yes opens: agreed already, with a date and a deadline of its own."""
    fields: dict[str, object] = {
        "approved_at": now,
        "leaves_at": leaving(now, i.terms),
        "answer": "yes",
        "before": State.REFUSED,
        "answer_until": now + i.terms.answer_time,
        "as_draft": e.flag("as_draft"),
        "addressed": not e.flag("address_wanted"),
    }
    return promise(i.changed(**fields), e, now, fields=fields, to=asker(i))


def agreed_anew(i: Introduction, e: Event, now: datetime) -> Change:
    """A second introduction of the same two people: no ask, and no date, since nobody waits for an answer."""
    return Change(
        {
            "approved_at": now,
            "hears_by": None,
            "told_at": None,
            "answer_until": now,
            "answer": "yes",
            "before": None,
            "as_draft": e.flag("as_draft"),
            "addressed": not e.flag("address_wanted"),
            "face": showing(i, "once_more", now),
        }
    )
