"""All ways by which mail comes in, from the start of a worker to its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from twoyes.lib.errors import Refused

log = logging.getLogger(__name__)

# Seconds between two tries at a way that another worker has, or that is closed.
_AGAIN = 30.0


class Way(Protocol):
    """A way in, which is started once and stopped once."""

    def start(self) -> str:
        """Begin; return the address, for whoever looks on. Raises Refused."""
        ...

    def stop(self) -> None:
        """End, and let go of everything."""
        ...


class WaysIn:
    """The ways of INBOX_URL. One that cannot be opened is tried again: the worker that has it may end."""

    def __init__(self, urls: Iterable[str] = (), tell: Callable[[str], None] = lambda _told: None) -> None:
        self._tell = tell
        self._closed = dict.fromkeys(urls, float("-inf"))
        self._open: list[Way] = []
        self._said: dict[str, str] = {}

    def look(self) -> None:
        """Open what is closed and was not tried for a while."""
        now = time.monotonic()
        for url, tried in list(self._closed.items()):
            if now > tried + _AGAIN:
                self._closed[url] = now
                self._try(url)

    def stop(self) -> None:
        """Close all of them."""
        while self._open:
            self._open.pop().stop()

    def _try(self, url: str) -> None:
        way = _made(url)
        try:
            told = way.start()
        except Refused as refused:
            way.stop()
            if self._said.get(url) != refused.sentence:
                self._said[url] = refused.sentence
                log.warning("%s", refused.sentence)
            return
        self._open.append(way)
        del self._closed[url]
        self._tell(told)


def _made(url: str) -> Way:
    # Imported where it is used: most installations have one way, or none.
    if url.startswith("imaps:"):
        from twoyes.mail.incoming.mailbox import Mailbox

        return Mailbox(url)
    from twoyes.mail.incoming.listening import Listener

    return Listener(url)
