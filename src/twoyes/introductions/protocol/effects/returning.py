"""What was invited for later: a date to come back, or a yes after the deadline.

What the target invited needs two confirmations; what the connector invited in a kind no, only that of whoever asked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from twoyes.introductions.protocol.effects.basic import (
    NO_CHANGE,
    asker,
    asker_waits,
    too_late,
    with_timers,
    without_timers,
)
from twoyes.introductions.protocol.snapshot import (
    Act,
    Change,
    Event,
    Introduction,
    LetterDue,
    Origin,
    Role,
    Timer,
)
from twoyes.introductions.protocol.times import DAY, ends_at


def comes_back(i: Introduction, e: Event, _now: datetime) -> Change:
    """A date to come back: never before the day after the old chapter's final letter."""
    until = e.instant("until")
    assert until is not None, "date_ahead guards this row"
    told = ends_at(i)
    at = until if told is None else max(until, told + DAY)
    timers = with_timers(i, Timer(at, "come_back"))
    return Change({"come_back": at, "permits_again": e.flag("still_looking"), "timers": timers})


def date_came(i: Introduction, e: Event, now: datetime) -> Change:
    """The date that *later* named: the connector is told, and whoever asked is asked, if the target permits it."""
    letters = [LetterDue("digest", "connector", now)]
    fields: dict[str, object] = {"reachable_again": True}
    if i.permits_again and asker_waits(i) and "requester" not in i.confirmed:
        fields |= {"face": replace(i.face, again=now), "still_due": i.still_due or now}
        if i.still_due is None and not too_late(e, now):
            letters.append(LetterDue("still_looking", asker(i), now))
    return Change(fields, letters=tuple(letters))


def invited_back(i: Introduction, e: Event, _now: datetime) -> Change:
    """A kind no with a date to come back (N2), for somebody who asked and heard the no at once."""
    until = e.instant("until")
    if until is None or i.origin is not Origin.ASKED or i.final != "declined":
        return NO_CHANGE
    return Change({"come_back": until, "timers": with_timers(i, Timer(until, "come_back"))})


def may_come_back(i: Introduction, e: Event, now: datetime) -> Change:
    """The date that a kind no named: whoever asked is asked once. The connector has said yes to hearing them again."""
    letters = () if too_late(e, now) else (LetterDue("still_looking", asker(i), now),)
    fields: dict[str, object] = {"reachable_again": True, "still_due": now, "face": replace(i.face, again=now)}
    return Change(fields, letters=letters)


def came_late(i: Introduction, e: Event, now: datetime) -> Change:
    """A yes after the deadline acts only when connector and requester confirm. Pressed again, it is no news."""
    letters = [] if i.late_yes else [LetterDue("late_yes", "connector", now)]
    permitted = e.flag("still_looking")
    fields: dict[str, object] = {"late_yes": True, "reachable_again": True, "permits_again": permitted}
    if permitted and asker_waits(i) and i.face.again is None and "requester" not in i.confirmed:
        told = ends_at(i)
        due = i.still_due or (now if told is None else max(now, told + DAY))
        fields |= {"face": replace(i.face, again=due), "still_due": due}
        if i.still_due is None:
            letters.append(LetterDue("still_looking", asker(i), due))
    return Change(fields, letters=tuple(letters))


def not_coming_back(i: Introduction, _e: Event, now: datetime) -> Change:
    """Nothing is invited any more. What the requester was shown already stays shown, and leads nowhere."""
    if i.come_back is None and not i.reachable_again:
        return NO_CHANGE
    fields: dict[str, object] = {
        "come_back": None,
        "timers": without_timers(i, "come_back"),
        "permits_again": False,
        "late_yes": False,
        "reachable_again": False,
        "confirmed": tuple(who for who in i.confirmed if who != "connector"),
    }
    if i.still_due is not None and i.still_due > now:
        fields |= {"still_due": None, "face": replace(i.face, again=None)}
    return Change(fields, acts=(Act.DROP_AGAIN,) if i.reachable_again else ())


def party(e: Event) -> str:
    """Whose confirmation this is: of the desk, or of whoever asked."""
    return "connector" if e.actor.role in {Role.CONNECTOR, Role.DELEGATE} else "requester"


def confirmed(i: Introduction, e: Event, now: datetime) -> Change:
    change = confirmed_in_vain(i, e, now)
    return replace(change, fields={**change.fields, "confirmed": (*i.confirmed, party(e))})


def confirmed_in_vain(i: Introduction, e: Event, _now: datetime) -> Change:
    """Whoever asked pressed the button: it goes, whatever it leads to."""
    return Change({"face": replace(i.face, again=None)}) if party(e) == "requester" else NO_CHANGE


def chapter_opens(_i: Introduction, _e: Event, _now: datetime) -> Change:
    return Change({"chapter_opened": True}, acts=(Act.OPEN_CHAPTER,))
