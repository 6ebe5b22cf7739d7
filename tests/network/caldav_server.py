"""A small CalDAV server on this machine: one calendar in a dictionary, and whatever a server may do wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.people.carddav_server import Answer, Book, response, serving

CALENDAR = "/cal/cora/work/"
_OPEN = '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
_IS_CALENDAR = "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype><d:displayname>Work</d:displayname>"
_HREF = re.compile(rb"<d:href>([^<]+)</d:href>")


@dataclass
class Calendar:
    """The events by name; `meddle(body, gets)` may answer in place of the server, `gets` counts what was fetched."""

    events: dict[str, str]
    meddle: Callable[[bytes, int], Answer | None] = lambda _body, _gets: None
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    gets: int = 0
    url: str = ""
    book: Book = field(default_factory=Book)

    def behave(self, method: str, path: str, body: bytes) -> Answer | None:
        self.asked.append((method, body))
        if path != CALENDAR:
            return None
        self.gets += b"multiget" in body
        if meddled := self.meddle(body, self.gets):
            return meddled
        return (401, {}, b"") if not self.book.asked[-1][2] else (207, {}, self._answer(method, body))

    def _answer(self, method: str, body: bytes) -> bytes:
        if method == "PROPFIND":
            told = response(CALENDAR, _IS_CALENDAR)
        elif b"multiget" in body:
            names = [one.decode().removeprefix(CALENDAR).removesuffix(".ics") for one in _HREF.findall(body)]
            told = "".join(self._event(name) for name in names)
        else:
            told = "".join(response(f"{CALENDAR}{name}.ics", "<d:getetag>1</d:getetag>") for name in self.events)
        return f"{_OPEN}{told}</d:multistatus>".encode()

    def _event(self, name: str) -> str:
        text = f"BEGIN:VCALENDAR\r\n{self.events[name]}END:VCALENDAR\r\n"
        return response(f"{CALENDAR}{name}.ics", f"<c:calendar-data>{escape(text)}</c:calendar-data>")


@contextmanager
def calendar(events: dict[str, str]) -> Iterator[Calendar]:
    """Serve a calendar until the block ends."""
    served = Calendar(events)
    served.book.behave = served.behave
    with serving(served.book):
        served.url = f"{served.book.url}{CALENDAR}"
        yield served
