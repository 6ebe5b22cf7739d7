"""An address book on a CardDAV server (RFC 6352), read and never written.

The cards that it holds are given as one vCard file, so that the same book exported to a file is the same to us.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from twoyes.lib.dav import Server, Wanted, collections, parsed
from twoyes.people.sources.base import MOST_BYTES

CARD = "{urn:ietf:params:xml:ns:carddav}"
WANTED = Wanted(
    well_known="carddav",
    home=f"{CARD}addressbook-home-set",
    kind=f"{CARD}addressbook",
    most=MOST_BYTES,
    missing="no_address_book",
    not_there=_("There is no address book at that address."),
    too_large=_("The address book is larger than %d MB. Export it, and import the files one by one."),
    written_like=_(
        "Write the address of the address book like https://dav.example.org/cora/: user and password go apart."
    ),
    bad_answer=_("The server does not answer as an address book does. Is the address right?"),
)
_CARDS = (
    b'<?xml version="1.0" encoding="utf-8"?>'
    b'<c:addressbook-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">'
    b"<d:prop><c:address-data/></d:prop></c:addressbook-query>"
)


def fetch(url: str, *, user: str, password: str) -> bytes:
    """All cards below an address: of an address book, or of all books of the login that is used there.

    Sends the login to that host alone. Raises Refused: bad_url, not_encrypted, unreachable, login_refused,
    redirected_elsewhere, no_address_book, too_big, bad_answer.
    """
    server = Server(url, WANTED, user=user, password=password)
    cards: list[bytes] = []
    size = 0
    for book in collections(server):
        for card in _cards(server, book.url):
            cards.append(card)
            size += len(card)
            if size > WANTED.most:
                raise server.too_large()
    return b"".join(cards) or b"\n"


def _cards(server: Server, book: str) -> Iterator[bytes]:
    for data in parsed(server, server.ask("REPORT", book, _CARDS, depth="1")).iter(f"{CARD}address-data"):
        if data.text and data.text.strip():
            yield data.text.strip().encode() + b"\r\n"
