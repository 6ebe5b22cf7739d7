"""The worker: round after round until it is told to stop, whatever happens in one of them."""

from __future__ import annotations

import logging
import os
import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import clock, env, limits, store
from twoyes.lib.errors import Refused
from twoyes.lib.logs import describe
from twoyes.mail.incoming import inbox, processing
from twoyes.mail.incoming.ways_in import WaysIn
from twoyes.mail.outgoing import claims
from twoyes.mail.outgoing.configure import transport_for
from twoyes.mail.outgoing.deliver import Manner, renew_connection
from twoyes.mail.outgoing.drafts import Looking
from twoyes.mail.outgoing.pace import Pace
from twoyes.mail.outgoing.rounds import one_round
from twoyes.mail.outgoing.transport import InARow, Transport, in_a_row
from twoyes.network import front as network

log = logging.getLogger(__name__)

# Seconds between two looks at the queue, and between two full rounds where nothing is due.
_LOOK = 1.0
_FULL = 30.0
# Seconds between two tidyings of what nobody needs any more.
_TIDY = 86_400.0
# Seconds between two looks whether a history holds what nobody may see any more; a day is what was promised.
_REWRITE = 3_600.0
# Seconds before the same complaint is written to the log again.
_REPEAT = 60.0


class StopEvent(Protocol):
    """What tells a worker to stop; a `threading.Event` will do."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> bool: ...


class Stop:
    """A stop that a signal handler may set at any moment: it takes no lock, so it cannot meet itself."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._asked = False

    def set(self) -> None:
        """Ask for the stop; whoever waits wakes up."""
        if not self._asked:
            self._asked = True
            os.write(self._writer, b".")

    def is_set(self) -> bool:
        """Say whether a stop was asked for."""
        return self._asked

    def wait(self, timeout: float) -> bool:
        """Wait until a stop is asked for, `timeout` seconds at most; say whether it was."""
        if not self._asked:
            select.select([self._reader], [], [], timeout)
        return self._asked


def worker(
    stop: StopEvent, *, transport: Transport | None = None, tell: Callable[[str], None] = lambda _told: None
) -> None:
    """Deliver until `stop` is set: then nothing more is claimed, and what passed its point of no return ends (B26).

    One process, one thread, one connection to the store (B27), and one of each for every way in of INBOX_URL, whose
    address is told once it is open; any number of workers may run. Raises Refused `debug_on`, `not_durable`,
    `bad_email_url` before the first round; a round's own failure is logged and survived.
    """
    if settings.DEBUG:
        raise Refused("debug_on", _("Nothing is sent while DEBUG is on: its error pages show personal data."))
    store.durable()
    way_out = in_a_row(transport or transport_for(settings.EMAIL_URL, data_dir=env.data_dir()))
    ways_in = WaysIn(settings.INBOX_URLS, tell)
    working = _Working(way_out, Manner(None if settings.POST_ROOM else Pace(), stop.is_set), ways_in)
    try:
        while not stop.is_set():
            stop.wait(working.look())
    finally:
        ways_in.stop()
        way_out.rest()


@dataclass
class _Working:
    transport: InARow
    manner: Manner
    ways_in: WaysIn = field(default_factory=WaysIn)
    drafts: Looking = field(default_factory=Looking)
    last_full: float = float("-inf")
    last_tidy: float = float("-inf")
    last_inbox: float = float("-inf")
    last_rewrite: float = float("-inf")
    complaint: str = ""
    complained: float = float("-inf")

    def look(self) -> float:
        """Do a round if anything is due, or nothing was looked at for a while; return the seconds to sleep."""
        try:
            renew_connection()
            self.ways_in.look()
            return self._round()
        except Exception as error:  # noqa: BLE001 - the worker's loop: whatever a round met, the next one may go well
            self._complain(f"A round failed: {describe(error)}.")
            renew_connection()
            self.transport.rest()
            return _LOOK

    def _round(self) -> float:
        with claims.taking_part() as mine:
            full = time.monotonic() > self.last_full + _FULL
            came = processing.process(clock.now()) if mine and (full or settings.INBOX_URLS) else 0
            if not mine or not (full or introductions.is_due(clock.now())):
                self.transport.rest()
                # Where much came, more may be there.
                return 0.0 if came else _LOOK
            report = one_round(self.transport, clock.now, manner=self.manner)
            self.last_full = time.monotonic()
            if report.refused:
                self._complain(f"Nothing is sent: {report.refused}")
            if not settings.POST_ROOM:
                self._look_after_drafts()
            if self.last_full > self.last_tidy + _TIDY:
                introductions.tidy(clock.now())
                self.last_tidy = self.last_full
            if self.last_full > self.last_inbox + limits.TIDY_INBOX.total_seconds():
                inbox.tidy(clock.now())
                self.last_inbox = self.last_full
            if self.last_full > self.last_rewrite + _REWRITE:
                network.rewrite_due()
                network.rebuild_due()
                self.last_rewrite = self.last_full
        if not timedelta() < report.wait < limits.SMTP_RESTS:
            # Otherwise the next letter leaves in a moment, and spares the relay another greeting.
            self.transport.rest()
        if report.halted or report.wait:
            return min(_LOOK, max(report.wait.total_seconds(), 0.05))
        return _LOOK

    def _look_after_drafts(self) -> None:
        with claims.alone("drafts") as mine:
            if mine:
                self.drafts.round(clock.now())

    def _complain(self, sentence: str) -> None:
        now = time.monotonic()
        if sentence != self.complaint or now > self.complained + _REPEAT:
            self.complaint, self.complained = sentence, now
            log.error("%s", sentence)
