"""Calendars on a CalDAV server (RFC 4791), read and never written: who took part and when, as in .ics files.

A calendar is listed once, and its events are fetched some at a time, so that no answer is larger than it has to be.
What a server sends goes to the reader of .ics files, which looks at nothing but who and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from io import BytesIO
from typing import BinaryIO, NamedTuple
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from django.utils.translation import gettext_lazy as _

from twoyes.lib.dav import DAV, Described, Server, Wanted, collections, parsed
from twoyes.lib.errors import Refused
from twoyes.network.reading import meetings
from twoyes.network.reading.archives import Piece
from twoyes.network.sources.base import Kind, Opened
from twoyes.network.sources.patience import Beat, patiently

CAL = "{urn:ietf:params:xml:ns:caldav}"
# One answer: the list of a calendar, or the events that were asked for at once.
MOST_BYTES = 32 * 1024 * 1024
BATCH = 50
# What a place in a calendar is below: an event stands by the hash of its address, which stays when others come and go.
PLACES = 1 << 24
WANTED = Wanted(
    well_known="caldav",
    home=f"{CAL}calendar-home-set",
    kind=f"{CAL}calendar",
    most=MOST_BYTES,
    missing="no_calendar",
    not_there=_("There is no calendar at that address."),
    too_large=_("The server answers with more than %d MB. Export the calendar as .ics, and import that."),
    written_like=_("Write the address of the calendar like https://dav.example.org/cora/: user and password go apart."),
    bad_answer=_("The server does not answer as a calendar does. Is the address right?"),
    also="supported-calendar-component-set",
)
_OPEN = '<?xml version="1.0" encoding="utf-8"?><c:{} xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
_LIST = (
    _OPEN.format("calendar-query") + '<d:prop><d:getetag/></d:prop><c:filter><c:comp-filter name="VCALENDAR">'
    '<c:comp-filter name="VEVENT"/></c:comp-filter></c:filter></c:calendar-query>'
)
_GET = _OPEN.format("calendar-multiget") + "<d:prop><c:calendar-data/></d:prop>{}</c:calendar-multiget>"


@dataclass(frozen=True, slots=True)
class Account:
    """The calendars below an address, and how to be let in; `named_by_user` as of a mailbox."""

    url: str
    user: str
    password: str = field(default="", repr=False)
    named_by_user: bool = False

    @property
    def key(self) -> str:
        """What tells it from others, whatever the password is."""
        return f"caldav {self.user} {self.url}"

    @property
    def name(self) -> str:
        """What its owner knows it by."""
        host = urlsplit(self.url).hostname or ""
        return f"{self.user} ({host})" if self.user else host

    @property
    def server(self) -> Server:
        """The server to ask; nothing is asked yet. Raises Refused: bad_url, not_encrypted."""
        server = Server(self.url, WANTED, user=self.user, password=self.password)
        server.named_by_user = self.named_by_user
        return server


class _Event(NamedTuple):
    place: int
    href: str


def account(url: str, *, user: str, password: str) -> Account:
    """Read the https:// address of calendars (http:// on this machine). Raises Refused: bad_url, not_encrypted."""
    found = Account(url.strip(), user, password)
    _server = found.server
    return found


def calendars(account: Account, beat: Beat) -> Iterator[Opened]:
    """Yield the calendars that hold events as archives that are read one after the other."""
    server = account.server
    found = sorted((one for one in collections(server) if _holds_events(one)), key=lambda one: one.url)
    if not found:
        raise server.missing()
    for one in found:
        kind = Kind("caldav", lambda _head: False, partial(_read, server, one.url, beat), meetings=True)
        yield Opened(f"{account.name}: {_called(one)}", _no_file, PLACES, kind)


def _read(server: Server, calendar: str, beat: Beat, _file: Opened, start: int) -> Iterator[Piece]:
    asked = patiently(partial(server.ask, "REPORT", calendar, _LIST.encode(), depth="1"), beat)
    listed = sorted({_Event(_place(href), href) for href in _hrefs(server, asked)})
    for some in _batches([one for one in listed if one.place >= start]):
        beat()
        for event, data in _fetched(server, calendar, some, beat):
            if data is None:
                yield Piece(event.place, meetings.UNREADABLE)
            else:
                yield from (Piece(event.place, block.lines) for block in meetings.blocks(BytesIO(data)))


def _fetched(server: Server, calendar: str, some: list[_Event], beat: Beat) -> Iterator[tuple[_Event, bytes | None]]:
    """Yield each event with what the server has of it; None where it has nothing, or far too much."""
    hrefs = "".join(f"<d:href>{escape(one.href)}</d:href>" for one in some)
    try:
        asked = partial(server.ask, "REPORT", calendar, _GET.format(hrefs).encode(), depth="1")
        answer = parsed(server, patiently(asked, beat))
    except Refused as no:
        if no.code != "too_big":
            raise
        # One of them is to blame; with the half of them at a time it is soon alone.
        middle = len(some) // 2
        for half in (some[:middle], some[middle:]) if middle else ():
            yield from _fetched(server, calendar, half, beat)
        if not middle:
            yield some[0], None
        return
    data = {
        _path(href.text): told.text.encode()
        for one in answer.iter(f"{DAV}response")
        if (href := one.find(f"{DAV}href")) is not None and href.text
        if (told := one.find(f".//{CAL}calendar-data")) is not None and told.text
    }
    yield from ((one, data.get(_path(one.href))) for one in some)


def _hrefs(server: Server, answer: bytes) -> Iterator[str]:
    """Yield the addresses of a list. Raises Refused where the server says that there are more than it tells."""
    for one in parsed(server, answer).iter(f"{DAV}response"):
        href, status = one.find(f"{DAV}href"), one.find(f"{DAV}status")
        if status is not None and " 507" in (status.text or ""):
            raise server.too_large()
        if status is None and href is not None and href.text and not href.text.strip().endswith("/"):
            yield href.text.strip()


def _batches(listed: list[_Event]) -> Iterator[list[_Event]]:
    """Yield some at a time, never two of one place apart: reading goes on after a place as a whole."""
    some: list[_Event] = []
    for one in listed:
        if len(some) >= BATCH and one.place != some[-1].place:
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _place(href: str) -> int:
    return int.from_bytes(blake2b(_path(href).encode(), digest_size=8).digest()) % PLACES


def _path(href: str) -> str:
    return unquote(urlsplit(href.strip()).path)


def _holds_events(calendar: Described) -> bool:
    """Say whether events stand there; lists of tasks are calendars, too."""
    kinds = [one.get("name", "").upper() for one in calendar.told.iter(f"{CAL}comp")]
    return not kinds or "VEVENT" in kinds


def _called(calendar: Described) -> str:
    named = calendar.told.find(f".//{DAV}displayname")
    return " ".join((named.text or "").split())[:100] if named is not None and named.text else _path(calendar.url)


def _no_file(_start: int) -> BinaryIO:
    raise AssertionError("a calendar on a server is no file")
