"""From the last yes to the outcome: the hold, the introduction, and the questions that follow it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from twoyes.introductions.protocol.effects.basic import showing, with_timers, without_timers
from twoyes.introductions.protocol.snapshot import Change, Event, Introduction, LetterDue, Origin, Timer
from twoyes.lib import limits

# Those who met are asked again how it goes.
GOES_ON = frozenset({"met", "scheduled"})
ASK_AGAIN = {f"ask_again_{span.days}": span for span in limits.OUTCOME_AGAIN}
# The same date in the words of whoever missed it, and of the other.
MISSED_BY_ME, MISSED_BY_THEM = "no_show_me", "no_show_them"
# Stages that a report ends; one made about an earlier introduction leaves a later face alone.
REPORTING = frozenset({"awaiting_outcome", "unreported", "closed"})


def held(i: Introduction, _e: Event, now: datetime) -> Change:
    """Start the ten-minute hold. Where a person must act (no address, a draft, no date), they are waited for."""
    until = now + limits.HOLD
    fields: dict[str, object] = {"released": False, "hold_until": until}
    timers = [Timer(until, "hold_over")] if i.addressed else []
    if i.leaves_by_itself:
        return Change({**fields, "timers": with_timers(i, *timers)})
    # A promised date that comes first ends it as well.
    timers += [
        Timer(now + limits.AGREED_DRAFT_REMINDER, "remind"),
        Timer(now + limits.AGREED_DRAFT_AGE, "lapse"),
    ]
    digest = LetterDue("digest", "connector", now)
    return Change({**fields, "timers": with_timers(i, *timers)}, letters=(digest,))


def both_due(i: Introduction, _e: Event, now: datetime) -> Change:
    """Owe the introduction: one envelope a person."""
    letters = tuple(LetterDue("introduction", side, now) for side in sides_of(i))
    return Change({"released": True}, letters=letters)


def sides_of(i: Introduction) -> tuple[str, str]:
    return ("first", "second") if i.origin is Origin.OFFERED else ("requester", "target")


def introduced(i: Introduction, _e: Event, now: datetime) -> Change:
    return Change(
        {
            "introduced_at": now,
            "introductions": i.introductions + 1,
            "face": replace(showing(i, "introduced", now), again=None, told_at=None),
            "timers": without_timers(i, "final", "ask_in_touch", *ASK_AGAIN),
        }
    )


def sent_again(i: Introduction, e: Event, now: datetime) -> Change:
    return Change(letters=(LetterDue("introduction", e.text("side"), now),))


def until_outcome(i: Introduction, _e: Event, now: datetime) -> Change:
    """Two weeks after the introduction the requester is asked what became of it."""
    at = (i.introduced_at or now) + limits.OUTCOME_ASKED
    return Change({"timers": with_timers(i, Timer(max(at, now), "ask_outcome"))})


def reported(i: Introduction, e: Event, now: datetime) -> Change:
    """Keep the outcome; after `met` or `scheduled` ask again at 60 and at 180 days, after any other not.

    Who says that they missed a date may answer for it as well; who says something else later takes that back.
    """
    outcome = e.text("outcome")
    rest = i.changed(timers=without_timers(i, *ASK_AGAIN))
    again: list[Timer] = []
    if outcome in GOES_ON and i.introduced_at is not None:
        again = [Timer(i.introduced_at + span, name) for name, span in ASK_AGAIN.items()]
    face = showing(i, "closed", now) if i.face.stage in REPORTING else i.face
    timers = with_timers(rest, *(t for t in again if t.at > now))
    told: dict[str, object] = {"outcome": outcome, "face": face, "timers": timers}
    if outcome == MISSED_BY_ME and not i.missed_by:
        told |= {"missed_at": now, "missed_by": "writer", "face": replace(face, missed_at=now)}
    elif i.missed_by == "writer":
        at = (i.missed_at or now) if outcome == MISSED_BY_ME else None
        told |= {"missed_at": at, "face": replace(face, missed_at=None if i.mended else at)}
    return Change(told)


def went(i: Introduction, e: Event, _now: datetime) -> Change:
    """Keep what the other of the two says; a missed date of which they now say something else is taken back."""
    said = e.text("outcome")
    fields: dict[str, object] = {"went": said or i.went}
    if said and said != MISSED_BY_THEM and i.missed_by == "other":
        fields |= {"missed_at": None, "face": replace(i.face, missed_at=None)}
    return Change(fields)


def missed_by_writer(i: Introduction, e: Event, now: datetime) -> Change:
    """Whoever writes first missed a date, it is said: they read that first, and may answer for it (K5)."""
    face = replace(i.face, missed_at=now)
    return Change({"went": e.text("outcome"), "missed_at": now, "missed_by": "other", "face": face})


def amended(i: Introduction, e: Event, _now: datetime) -> Change:
    """Keep how they answered for it: that it is made good, or that it was no missed date."""
    return Change({"mended": e.text("answer"), "face": replace(i.face, missed_at=None)})


def got_in_touch(_i: Introduction, e: Event, _now: datetime) -> Change:
    """What the requester says about details that were passed on: noted, never owed."""
    return Change({"outcome": e.text("outcome")})
