"""A small CardDAV server on this machine: as much of RFC 6352 as reading an address book takes, and misbehaviour."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOGIN = base64.b64encode(b"cora:app-password").decode()
OPEN = '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">'


type Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Book:
    """What the server has, how it behaves, and what was asked of it (method, path, login).

    `behave(method, path, body)` answers before anything else does, where it does not return None.
    """

    cards: list[str] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    behave: Callable[[str, str, bytes], Answer | None] = lambda _method, _path, _body: None
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    url: str = ""


def response(href: str, props: str) -> str:
    return f"<d:response><d:href>{href}</d:href><d:propstat><d:prop>{props}</d:prop></d:propstat></d:response>"


def described(path: str, depth: str) -> str:
    """The properties of what is at a path; with depth 1 also of what is in it."""
    if path == "/":
        return response(path, "<d:current-user-principal><d:href>/principals/cora/</d:href></d:current-user-principal>")
    if path == "/principals/cora/":
        return response(path, "<c:addressbook-home-set><d:href>/books/cora/</d:href></c:addressbook-home-set>")
    book = response("/books/cora/friends/", "<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>")
    if path == "/books/cora/friends/":
        return book
    home = response("/books/cora/", "<d:resourcetype><d:collection/></d:resourcetype>")
    return home + (book if depth == "1" else "")


class _Handler(BaseHTTPRequestHandler):
    book: Book

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        login = self.headers.get("Authorization", "")
        self.book.asked.append((self.command, self.path, login))
        if behaved := self.book.behave(self.command, self.path, asked):
            status, headers, body = behaved
        elif self.path in self.book.answers:
            status, headers, body = self.book.answers[self.path]
        elif login != f"Basic {LOGIN}":
            status, headers, body = 401, {}, b""
        elif self.command == "REPORT":
            cards = (
                response(f"/books/cora/friends/{number}.vcf", f"<c:address-data>{card}</c:address-data>")
                for number, card in enumerate(self.book.cards)
            )
            status, headers, body = 207, {}, f"{OPEN}{''.join(cards)}</d:multistatus>".encode()
        elif not self.path.startswith(("/books/cora/", "/principals/cora/")) and self.path != "/":
            status, headers, body = 404, {}, b""
        else:
            props = described(self.path, self.headers.get("Depth", ""))
            status, headers, body = 207, {}, f"{OPEN}{props}</d:multistatus>".encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_PROPFIND = do_REPORT = do_GET = do_PUT = do_DELETE = _answer  # noqa: N815


@contextmanager
def serving(book: Book) -> Iterator[Book]:
    """Serve a book until the block ends."""
    handler = type("Handler", (_Handler,), {"book": book})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    book.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield book
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
