"""One round of the worker: what time has made due, then letter after letter until nothing may leave.

The only broad `except`s of the mail room stand here and in `working`: one introduction or letter that is broken is
put off and named in the log, and the others go on (STYLE, rules of the house).
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from twoyes.introductions import front as introductions
from twoyes.lib import store
from twoyes.lib.errors import Refused
from twoyes.lib.logs import describe
from twoyes.mail.outgoing import claims, pace
from twoyes.mail.outgoing.deliver import AT_ONCE, HALTED, Following, Manner, deliver_one
from twoyes.mail.outgoing.transport import Transport

log = logging.getLogger(__name__)

# A letter that comes back so often in one round would come back for ever.
_TOO_OFTEN = 3


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What a round did: deadlines that fired (`id:event`), kinds handed over, rows reaped and held.

    `wait` is how long the limits on sending hold the next letter back; `halted` that the relay let nobody in; `refused`
    the sentence why nothing at all may leave, or "".
    """

    fired: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    reaped: int = 0
    held: int = 0
    stuck: int = 0
    halted: bool = False
    wait: timedelta = timedelta()
    refused: str = ""


@dataclass
class _Round:
    transport: Transport
    now: Callable[[], datetime]
    manner: Manner
    fired: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    stuck: set[str] = field(default_factory=set)
    halted: bool = False
    wait: timedelta = timedelta()

    def due(self) -> None:
        """Fire every deadline that has passed; one that cannot is left out of this round and named in the log."""
        while not self.manner.stopping():
            introduction = introductions.overdue(self.now(), but=self.stuck)
            if introduction is None:
                return
            try:
                self.fired.append(introductions.fire(introduction, self.now()))
            except Exception as error:  # noqa: BLE001 - the worker's loop: named in the log, left out, seen by `doctor`
                self.stuck.add(introduction)
                log.error("A deadline of %s cannot fire: %s.", introduction, describe(error))

    def deliver(self, seconds: float) -> None:
        """Hand letters over until none is due, the limits say wait, or the time is over."""
        until = time.monotonic() + seconds
        met: Counter[str] = Counter()

        def goes_on() -> bool:
            return not (self.halted or self.manner.stopping() or time.monotonic() > until)

        # With a pace there is a wait between two letters, and nothing is claimed before it.
        following = Following(wanted=lambda: self.manner.pace is None and goes_on())
        while goes_on():
            if self.manner.pace is not None and self._has_to_wait(self.manner.pace):
                return
            claimed = following.take() or self._claim()
            if claimed is None:
                return
            met[claimed.letter] += 1
            if met[claimed.letter] > _TOO_OFTEN:
                introductions.put_off(claimed, "came back too often", self.now())
                continue
            self._one(claimed, following)
        untried = following.take()
        if untried is not None:
            introductions.postpone(untried, self.now(), self.now())

    def probe(self) -> None:
        """Try with one letter whether a trouble is over, unless another worker is trying (C10)."""
        with claims.alone("probe") as mine:
            if mine and self.manner.pace is not None and not self._has_to_wait(self.manner.pace):
                claimed = self._claim()
                if claimed is not None:
                    self._one(claimed)

    def _one(self, claimed: introductions.Claimed, following: Following | None = None) -> None:
        try:
            state = deliver_one(claimed, self.transport, self.now, manner=self.manner, following=following)
        except Exception as error:  # noqa: BLE001 - the worker's loop: put off, with the cause on the row
            log.error("Letter %s (%s) is broken: %s.", claimed.letter, claimed.kind, describe(error))
            introductions.put_off(claimed, f"broken: {type(error).__name__}", self.now())
            return
        self.halted = state == HALTED
        if state == "sent":
            self.letters.append(claimed.kind)

    def _claim(self) -> introductions.Claimed | None:
        if self.manner.pace is not None:
            urgent = introductions.claim(self.now(), kinds=pace.AT_ONCE)
            if urgent is not None:
                return urgent
        return introductions.claim(self.now())

    def _has_to_wait(self, limits: pace.Pace) -> bool:
        self.wait = limits.wait(self.now())
        return self.wait > timedelta()


def one_round(
    transport: Transport, now: Callable[[], datetime], *, manner: Manner = AT_ONCE, seconds: float = 30.0
) -> RoundReport:
    """Do all that is due: raise the clock's mark, hold what is foreign, reap, fire deadlines, hand letters over.

    Begins no letter after `seconds`. Any number of processes may be in a round at once (B20).
    """
    at = now()
    this = _Round(transport, now, manner)
    refused = _bear_witness(at)
    held = introductions.hold_foreign(at)
    reaped = introductions.reap(at)
    this.due()
    if not refused and manner.pace is not None and manner.pace.probes():
        this.probe()
    elif not refused:
        this.deliver(seconds)
    done = tuple(this.fired), tuple(this.letters), reaped, held, len(this.stuck)
    return RoundReport(*done, halted=this.halted, wait=this.wait, refused=refused)


def _bear_witness(at: datetime) -> str:
    """Note how late it is here and outside the store; return why nothing leaves a restored one, else "" (F1).

    Whoever goes round says it once, and not in each round.
    """
    try:
        store.witness(at)
    except Refused as refused:
        return refused.sentence
    return ""
