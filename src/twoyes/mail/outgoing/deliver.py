"""One letter on its way out: claimed, composed, handed over up to the point of no return, and written down.

Short transactions, none of which is open while the relay talks (B16): claim, point of no return, result. What
happened is read from the rows alone, so that being woken twenty times for one letter is harmless (B28).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import DatabaseError, connection

from twoyes.introductions import front as introductions
from twoyes.lib import faults
from twoyes.lib.errors import Refused
from twoyes.mail.incoming.handing_on import with_what_came
from twoyes.mail.outgoing import compose, pace, ways
from twoyes.mail.outgoing.pace import Pace
from twoyes.mail.outgoing.transport import Abort, Envelope, Transport, Verdict

log = logging.getLogger(__name__)

HALTED = "halted"
"""What `deliver_one` returns when the relay refused us, not the letter: nothing more may be tried now (C10)."""

# Nobody is left to write to, so that trying again would change nothing.
_NOBODY = ("no_recipient", "bad_address", "nothing_to_say")
# Seconds between the tries to write a result down: half a minute in all, then the reaper has the last word (B9).
_WRITING_AGAIN = (0.1, 0.3, 1.0, 3.0, 5.0, 10.0, 10.0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How letters leave: how fast real mail may (`pace`), and when to stop asking for more (`stopping`)."""

    pace: Pace | None = None
    stopping: Callable[[], bool] = bool
    sleep: Callable[[float], None] = time.sleep


AT_ONCE = Manner()


@dataclass
class Following:
    """What comes after a letter: if more is `wanted`, the next one is claimed where this one is written down."""

    wanted: Callable[[], bool]
    claimed: introductions.Claimed | None = None

    def take(self) -> introductions.Claimed | None:
        """Return the letter that was claimed, if any; it is the caller's now, to deliver or to give back."""
        claimed, self.claimed = self.claimed, None
        return claimed


def deliver_one(
    claimed: introductions.Claimed,
    transport: Transport,
    now: Callable[[], datetime],
    *,
    manner: Manner = AT_ONCE,
    following: Following | None = None,
) -> str:
    """Try to hand one claimed letter over; return the letter's state afterwards, or `HALTED`.

    With `following` the next letter may be claimed by the way, so that a run of letters costs two commits each.

    Raises what a broken template or transport raises, with nothing handed over or the row left at `xmit`: the
    caller puts such a letter off. `now` is asked anew for each of the three transactions.
    """
    faults.point("after_claim")
    facts = _facts(claimed, now)
    if isinstance(facts, str):
        return facts
    envelope = _envelope(claimed, facts, now)
    if isinstance(envelope, str):
        return envelope
    if manner.pace is not None and facts.way != introductions.DRAFT:
        turn = manner.pace.turn(claimed.kind, envelope.recipient, now())
        if turn is not None:
            return introductions.postpone(claimed, turn, now())
    if facts.way:
        own = _own_way(claimed, facts, now())
        if isinstance(own, str):
            return own
        claimed, transport = own
    crossing = _Crossing(claimed, facts, now, manner.stopping)
    verdict = transport.send(envelope, point_of_no_return=crossing)
    if verdict.kind == "sent" and following is not None and following.wanted():
        state = _written_down_and_on(claimed, verdict, crossing, following, manner)
    else:
        state = _written_down(claimed, crossing, verdict, manner)
    faults.point("after_t3")
    return state


class _Crossing:
    """The hook that a transport calls at the last instant: it passes the point of no return, or aborts."""

    def __init__(
        self,
        claimed: introductions.Claimed,
        facts: introductions.LetterFacts,
        now: Callable[[], datetime],
        stopping: Callable[[], bool],
    ) -> None:
        self.claimed, self.recipient, self.now, self.stopping = claimed, facts.recipient, now, stopping
        # Whose own way it is, for what is counted there.
        self.connector = facts.connector if facts.way else ""
        self.blocked: introductions.Blocked | None = None

    def __call__(self) -> None:
        if self.stopping():
            raise Abort
        try:
            introductions.point_of_no_return(self.claimed, self.recipient, self.now())
        except introductions.Blocked as blocked:
            self.blocked = blocked
            raise Abort from blocked
        faults.point("after_ponr")


# --- before anything can leave ------------------------------------------------------------------------------------


def _facts(claimed: introductions.Claimed, now: Callable[[], datetime]) -> introductions.LetterFacts | str:
    try:
        return with_what_came(introductions.facts(claimed.letter), now())
    except Refused as error:
        return _not_composed(claimed, error, now())


def _envelope(
    claimed: introductions.Claimed, facts: introductions.LetterFacts, now: Callable[[], datetime]
) -> Envelope | str:
    try:
        return compose.envelope(facts, now())
    except Refused as error:
        return _not_composed(claimed, error, now())


def _not_composed(claimed: introductions.Claimed, error: Refused, now: datetime) -> str:
    """End, return to the desk, or put off a letter that cannot be written; return its state."""
    log.warning("Letter %s (%s) cannot be written: %s.", claimed.letter, claimed.kind, error.code)
    if error.code == "text_changed":
        return introductions.stand_back(claimed, introductions.Blocked("text"), now)
    if error.code in _NOBODY:
        return introductions.settle(claimed, "refused", reply=f"not written: {error.code}", now=now)
    return introductions.put_off(claimed, f"not written: {error.code}", now)


def _own_way(
    claimed: introductions.Claimed, facts: introductions.LetterFacts, now: datetime
) -> tuple[introductions.Claimed, Transport] | str:
    """Return the connector's own way out for their letter, or the letter's state where it has to wait."""
    found = pace.trouble(now, facts.connector)
    way = ways.way_out(facts, now)
    if found is not None or way is None:
        return introductions.postpone(claimed, found.until if found else now, now)
    transport, mailbox = way
    return replace(claimed, way=facts.way, mailbox=mailbox), transport


# --- afterwards ---------------------------------------------------------------------------------------------------


def _written_down(claimed: introductions.Claimed, crossing: _Crossing, verdict: Verdict, manner: Manner) -> str:
    now = crossing.now
    if verdict.kind == "aborted":
        if crossing.blocked is None:
            return introductions.postpone(claimed, now(), now())
        log.info("Letter %s (%s) stays: %s.", claimed.letter, claimed.kind, crossing.blocked.cause)
        return introductions.stand_back(claimed, crossing.blocked, now())
    if verdict.halt or (claimed.way and _kept_us_waiting(verdict)):
        whose = "a connector's own mailbox" if claimed.way else "the relay"
        log.error("Nothing is sent for now, %s does not let us in: %s %s", whose, verdict.code, verdict.text)
        state = _stubbornly(manner, lambda: introductions.halt(claimed, verdict.code, verdict.text, now()))
        return state if claimed.way else HALTED
    if verdict.kind == "unknown" and claimed.way == introductions.DRAFT:
        # Not given up: whether there is a draft can be looked up, which is done as for a worker that died here.
        log.warning("Whether letter %s (%s) is a draft is looked up: %s", claimed.letter, claimed.kind, verdict.text)
        return "xmit"
    if claimed.way and verdict.kind == "unknown":
        # It stays in doubt; those after it wait, or each would end so and use up its pair.
        log.error("Letter %s (%s) is in doubt: %s", claimed.letter, claimed.kind, verdict.text)
        return _stubbornly(manner, lambda: introductions.doubt(claimed, verdict.code, verdict.text, now()))
    verdict = _spared(verdict, manner.pace, crossing.connector)
    log.info("Letter %s (%s): %s %s.", claimed.letter, claimed.kind, verdict.kind, verdict.code or "")
    return _stubbornly(
        manner,
        lambda: introductions.settle(claimed, verdict.kind, code=verdict.code, reply=verdict.text, now=now()),
    )


def _kept_us_waiting(verdict: Verdict) -> bool:
    """Say whether a connector's own server was silent or not to be reached: each of their letters would cost that."""
    return verdict.kind == "temporary" and not verdict.code and verdict.before_dot


def _written_down_and_on(
    claimed: introductions.Claimed, verdict: Verdict, crossing: _Crossing, following: Following, manner: Manner
) -> str:
    log.info("Letter %s (%s): sent %s.", claimed.letter, claimed.kind, verdict.code or "")

    def write() -> str:
        state, following.claimed = introductions.settle_and_claim(
            claimed, "sent", code=verdict.code, reply=verdict.text, now=crossing.now()
        )
        return state

    return _stubbornly(manner, write)


def _spared(verdict: Verdict, limits: Pace | None, connector: str) -> Verdict:
    """Keep a letter in the queue when everything is refused alike: that is about us, so no pair is used up (F13)."""
    if limits is None or verdict.kind != "refused" or not verdict.before_dot:
        return verdict
    if not limits.suspects(verdict.code, connector):
        return verdict
    return replace(verdict, kind="temporary")


def _stubbornly(manner: Manner, write: Callable[[], str]) -> str:
    """Write a result down, again and again if the store fails: the writing is all that is repeated (B9)."""
    for pause in _WRITING_AGAIN:
        try:
            return write()
        except DatabaseError as error:
            log.warning("A result could not be written down (%s); trying again.", type(error).__name__)
            renew_connection()
            manner.sleep(pause)
    return write()


def renew_connection() -> None:
    """Drop a connection to the store that broke or grew old; the next query opens another."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
