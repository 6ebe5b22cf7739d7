"""A letter that was stopped at its point of no return: it waits, moves, is parked or dropped (PROTOCOL, asking)."""

from __future__ import annotations

from datetime import datetime, timedelta

from twoyes.introductions import engine
from twoyes.introductions.mailing import AT_MOST_ONCE, GUARDED
from twoyes.introductions.models import Letter, LetterState
from twoyes.introductions.outbox import RELAY, Blocked, Claimed
from twoyes.introductions.protocol import Event
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.lib import limits


@engine.verb
def stand_back(claimed: Claimed, blocked: Blocked, now: datetime) -> str:
    """A letter that did not pass the point of no return: wait, move, park or drop it. Returns its state."""
    letter = Letter.objects.get(pk=claimed.letter)
    if blocked.cause == "lost" or letter.epoch != claimed.epoch or letter.state != LetterState.CLAIMED:
        return letter.state
    if blocked.cause in _EVENTS and claimed.kind in GUARDED:
        return _blocked_for_good(claimed, letter, blocked, now)
    state, due = _WAITING.get(blocked.cause, (LetterState.QUEUED, limits.BACKOFF_FIRST))
    if blocked.cause == "state" and claimed.kind not in AT_MOST_ONCE:
        state = LetterState.DROPPED
    Letter.objects.filter(pk=letter.pk, epoch=claimed.epoch, state=LetterState.CLAIMED).update(
        state=state, due_at=now + due, at=now, reply=f"blocked: {blocked.cause}"
    )
    return str(state)


# What the protocol must hear of; the rest only waits.
_EVENTS = frozenset({"wish", "erased", "pair", "spacing", "text", "authority", "not_after"})
_WAITING = {
    "address": (LetterState.QUEUED, timedelta()),
    "kill_switch": (LetterState.QUEUED, limits.BACKOFF_FIRST),
    "cap": (LetterState.QUEUED, timedelta(hours=1)),
    "complaints": (LetterState.QUEUED, timedelta(hours=1)),
    "generation": (LetterState.HELD, timedelta()),
    "state": (LetterState.PARKED, timedelta()),
}


def _blocked_for_good(claimed: Claimed, letter: Letter, blocked: Blocked, now: datetime) -> str:
    with engine.changing(claimed.introduction) as work:
        mine = Letter.objects.filter(pk=letter.pk, epoch=claimed.epoch, state=LetterState.CLAIMED)
        state = LetterState.PARKED if claimed.kind in AT_MOST_ONCE else LetterState.DROPPED
        if mine.update(state=state, at=now, reply=f"blocked: {blocked.cause}") != 1:
            # The reaper gave it to somebody else meanwhile, who will find the same.
            letter.refresh_from_db()
            return str(letter.state)
        data: dict[str, Scalar] = {"cause": blocked.cause, "side": claimed.side, "letter": claimed.kind}
        if blocked.slot is not None:
            data["slot"] = blocked.slot.isoformat()
        work.hand_in(Event("blocked", RELAY, data), now)
    letter.refresh_from_db()
    return str(letter.state)
