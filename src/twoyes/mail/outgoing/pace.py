"""How fast real mail leaves: slowly, more slowly to one provider, and not at all while a relay refuses us.

What the limits are measured by stands in the store, so that several workers keep them together (F11, F12, F13).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import limits
from twoyes.lib.errors import Refused

AT_ONCE = ("login_code", "verify")
"""Letters that somebody is waiting for at a screen: they go before the others, and past the queue of a domain."""

# A letter that came back for its turn a little early keeps its place.
_NEARLY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing leaves at the moment, for whoever can mend it, and until when nothing is tried."""

    code: str
    sentence: str
    until: datetime


def trouble(now: datetime, connector: str = "") -> Trouble | None:
    """Return what keeps all letters back: the relay does not let us in, or it refuses every letter alike.

    Or what keeps back the letters of the `connector` alone, who has a way out of their own.
    """
    halt = introductions.last_halt(connector)
    if halt is not None and now < halt.at + limits.AUTH_RETRY:
        said = _("The mail relay does not let us in: %(said)s. Letters wait; look at EMAIL_URL.")
        if connector:
            said = _("Your mailbox does not let us in: %(said)s. Your letters wait.")
        words = f"{halt.code or ''} {halt.text}".strip().rstrip(".")
        return Trouble("relay_halted", said % {"said": words}, halt.at + limits.AUTH_RETRY)
    row = introductions.refusals(connector)
    if row.count < limits.BREAKER_REFUSALS or row.at is None or now >= row.at + limits.AUTH_RETRY:
        return None
    said = _("The mail relay refused the last %(count)d letters alike, with %(code)d. Letters wait.")
    if connector:
        said = _("Your mailbox refused the last %(count)d letters alike, with %(code)d. Your letters wait.")
    words_of_it = said % {"count": row.count, "code": row.code}
    return Trouble("relay_refuses", words_of_it, row.at + limits.AUTH_RETRY)


class Pace:
    """The limits on one worker's sending; `monotonic` is the clock of its own that no step can confuse."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last = monotonic() - limits.SENDING_INTERVAL.total_seconds()
        # For each provider: when it may be written to again, and where the queue for it ends.
        self._free: dict[str, datetime] = {}
        self._tail: dict[str, datetime] = {}
        self._domains: dict[str, str] = {}

    def wait(self, now: datetime) -> timedelta:
        """Return how long to wait before the next letter; zero when it may leave at once."""
        found = trouble(now)
        if found is not None:
            return found.until - now
        interval = limits.SENDING_INTERVAL
        mine = timedelta(seconds=self._last - self._monotonic()) + interval
        last = introductions.last_departure()
        # A clock that stands still, because it was once ahead, must not hold mail back until it goes on (F17).
        theirs = last + interval - now if last is not None and last < now else timedelta()
        return max(mine, theirs, timedelta())

    def probes(self) -> bool:
        """Say whether the next letter only tries whether the trouble is over: one worker does, with one letter."""
        return introductions.last_halt() is not None or introductions.refusals().count >= limits.BREAKER_REFUSALS

    def turn(self, kind: str, recipient: str, now: datetime) -> datetime | None:
        """Return when a letter to this recipient is to leave, or None when it leaves now, which is noted."""
        self._catch_up(now)
        domain = _domain(recipient)
        free = self._free.get(domain, now)
        if free <= now or kind in AT_ONCE:
            self._free[domain] = max(free, now + limits.SENDING_INTERVAL_PER_DOMAIN)
            self._last = self._monotonic()
            return None
        if free - now < _NEARLY:
            return free
        # Each at its own instant, or all of them would come back at once.
        place = max(free, self._tail.get(domain, free))
        self._tail[domain] = place + limits.SENDING_INTERVAL_PER_DOMAIN
        return place

    def suspects(self, code: int, connector: str = "") -> bool:
        """Say whether one more refusal with this code would be about us rather than about a recipient (F13).

        Or about the `connector`, on whose own way it was heard.
        """
        row = introductions.refusals(connector)
        return row.code == code and row.count >= limits.BREAKER_REFUSALS - 1

    def _catch_up(self, now: datetime) -> None:
        """Learn what other workers sent in the meantime, and forget what is over."""
        self._free = {domain: at for domain, at in self._free.items() if at > now}
        self._tail = {domain: at for domain, at in self._tail.items() if at > now}
        recent: dict[str, str] = {}
        for letter, at in introductions.departures(now - limits.SENDING_INTERVAL_PER_DOMAIN):
            domain = self._domains.get(letter) or _domain_of(letter)
            recent[letter] = domain
            free = at + limits.SENDING_INTERVAL_PER_DOMAIN
            self._free[domain] = max(self._free.get(domain, free), free)
        self._domains = recent


def _domain_of(letter: str) -> str:
    try:
        return _domain(introductions.facts(letter).recipient)
    except Refused:
        # Erased since: it counts for nobody.
        return ""


def _domain(recipient: str) -> str:
    """Return a mark for the provider; the name itself need not stay in memory."""
    return hashlib.sha256(recipient.rpartition("@")[2].lower().encode()).hexdigest()
