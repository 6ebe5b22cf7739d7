"""An address book on a CardDAV server (RFC 6352), read and never written.

The cards that it holds are given as one vCard file, so that the same book exported to a file is the same to us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.people.sources.base import MOST_BYTES
from twoyes.people.sources.carddav.client import Server, too_large

DAV, CARD = "{DAV:}", "{urn:ietf:params:xml:ns:carddav}"
MOST_BOOKS = 50
_PROPERTIES = (
    b'<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">'
    b"<d:prop><d:resourcetype/><d:current-user-principal/><c:addressbook-home-set/></d:prop></d:propfind>"
)
_CARDS = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<c:addressbook-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">'
    b"<d:prop><c:address-data/></d:prop></c:addressbook-query>"
)
# A document type is where XML hides bombs and other people's files; no server needs one.
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def fetch(url: str, *, user: str, password: str) -> bytes:
    """All cards below an address: of an address book, or of all books of the login that is used there.

    Sends the login to that host alone. Raises Refused: bad_url, not_encrypted, unreachable, login_refused,
    redirected_elsewhere, no_address_book, too_big, bad_answer.
    """
    server = Server(url, user=user, password=password)
    cards: list[bytes] = []
    size = 0
    for book in _books(server):
        for card in _cards(server.ask("REPORT", book, _CARDS, depth="1")):
            cards.append(card)
            size += len(card)
            if size > MOST_BYTES:
                raise too_large()
    return b"".join(cards) or b"\n"


def _books(server: Server) -> list[str]:
    """The address books: the address itself, else those at home of the principal that the server names."""
    found = _described(server, server.start, "0")
    if any(_is_book(one) for _href, one in found):
        return [server.start]
    homes = _hrefs(found, f"{CARD}addressbook-home-set")
    for principal in _hrefs(found, f"{DAV}current-user-principal")[:1] if not homes else []:
        homes = _hrefs(_described(server, principal, "0"), f"{CARD}addressbook-home-set")
    books = [
        server.near(href)
        for home in (homes or [server.start])[:MOST_BOOKS]
        for href, one in _described(server, home, "1")
        if _is_book(one)
    ]
    if not books:
        raise Refused("no_address_book", _("There is no address book at that address."))
    return books[:MOST_BOOKS]


def _described(server: Server, url: str, depth: str) -> list[tuple[str, ET.Element]]:
    url = server.near(url)
    answer = parsed(server.ask("PROPFIND", url, _PROPERTIES, depth=depth))
    return [
        (urljoin(url, href.text.strip()), one)
        for one in answer.iter(f"{DAV}response")
        if (href := one.find(f"{DAV}href")) is not None and href.text
    ]


def _is_book(described: ET.Element) -> bool:
    return described.find(f".//{DAV}resourcetype/{CARD}addressbook") is not None


def _hrefs(found: list[tuple[str, ET.Element]], name: str) -> list[str]:
    return [
        urljoin(href, target.text.strip())
        for href, one in found
        for target in one.iterfind(f".//{name}/{DAV}href")
        if target.text
    ]


def _cards(answer: bytes) -> Iterator[bytes]:
    for data in parsed(answer).iter(f"{CARD}address-data"):
        if data.text and data.text.strip():
            yield data.text.strip().encode() + b"\r\n"


def parsed(answer: bytes) -> ET.Element:
    """The document, which was cut to a size before; one with a document type is refused unread."""
    if _DOCTYPE.search(answer):
        raise _bad_answer()
    try:
        # Entities are what makes XML dangerous, and they need the document type that is refused above.
        return ET.fromstring(answer)  # noqa: S314
    except ET.ParseError as broken:
        raise _bad_answer() from broken


def _bad_answer() -> Refused:
    return Refused("bad_answer", _("The server does not answer as an address book does. Is the address right?"))
