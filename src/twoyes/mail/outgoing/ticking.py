"""Walking the clock of the post room: from deadline to deadline, each at its own instant (DESIGN, "The clock")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import clock, env
from twoyes.lib.errors import Refused
from twoyes.mail.incoming import processing
from twoyes.mail.outgoing import claims
from twoyes.mail.outgoing.configure import transport_for
from twoyes.mail.outgoing.rounds import one_round
from twoyes.mail.outgoing.transport import Transport

# Whoever names a time a moment ahead may arrive when it has just gone by.
_SLACK = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class TickReport:
    """Where the clock stands now, what fired on the way (`id:event`), and the kinds of letters handed over.

    `refused` is the sentence why no letter left, or "".
    """

    now: datetime
    fired: tuple[str, ...]
    letters: tuple[str, ...]
    refused: str = ""


def tick(to: datetime | None = None, transport: Transport | None = None) -> TickReport:
    """Walk the clock to `to`, or do what is due now; return when every due letter is handed over.

    No worker claims meanwhile. Raises Refused `clock_is_real` with real mail, `earlier_than_now` for a time that
    is past, `workers_busy` when a worker does not come to the end of its letter.
    """
    if not settings.POST_ROOM:
        raise Refused("clock_is_real", _("With real mail the clock cannot be moved."))
    way_out = transport or transport_for(settings.EMAIL_URL, data_dir=env.data_dir())
    with claims.stopped():
        walk = _Walk(way_out, clock.now())
        if to is not None and to < walk.at - _SLACK:
            raise Refused("earlier_than_now", _("The clock only goes forward: that time is already past."))
        walk.go(max(to or walk.at, walk.at))
    return TickReport(walk.at, tuple(walk.fired), tuple(walk.letters), walk.refused)


class _Walk:
    def __init__(self, transport: Transport, at: datetime) -> None:
        self.transport, self.at = transport, at
        self.fired: list[str] = []
        self.letters: list[str] = []
        self.refused = ""

    def go(self, to: datetime) -> None:
        self._moment()
        while (at := introductions.next_due(self.at)) is not None and at <= to:
            self._stand_at(at)
        if to > self.at:
            self._stand_at(to)

    def _stand_at(self, at: datetime) -> None:
        if at > clock.now():
            clock.set_offset_to(at)
        self.at = at
        self._moment()

    def _moment(self) -> None:
        """Do what is due at this instant, and what becomes due by it."""
        with clock.frozen(self.at):
            while True:
                processing.process(self.at)
                report = one_round(self.transport, lambda: self.at)
                self.fired += report.fired
                self.letters += report.letters
                self.refused = report.refused
                if not (report.fired or report.letters):
                    return
