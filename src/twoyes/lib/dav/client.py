"""Asking one server, and no other: a login is never sent to a host that nobody typed."""

from __future__ import annotations

import base64
import http.client
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from twoyes.lib import hosts
from twoyes.lib.errors import Refused, Unreachable

# For a connection and for each piece of an answer; and for an answer as a whole, however slowly it drips.
SECONDS = 30
LONGEST_SECONDS = 300
MOST_REDIRECTS = 5
_MEGABYTE = 1024 * 1024
_PIECE = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {"https": 443, "http": 80}
# Some write letters of their language into an address as they are.
_AS_IT_IS = "%/?:@!$&'()*+,;=~"
# Told to come back later, by the server or by what stands before it.
_LATER = 429
_BROKEN = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for on a server: its names in WebDAV, the most bytes of one answer, and what is said of it.

    `missing` is the code where there is none at the address; `too_large` has a place for the megabytes. `also` is a
    property that tells more of each.
    """

    well_known: str
    home: str
    kind: str
    most: int
    missing: str
    not_there: str | Promise
    too_large: str | Promise
    written_like: str | Promise
    bad_answer: str | Promise
    also: str = ""


class Server:
    """The server of one address, with one login. Raises Refused: bad_url, not_encrypted."""

    named_by_user = False
    """No operator named it, so it is looked for on the open net alone."""

    def __init__(self, url: str, wanted: Wanted, *, user: str, password: str) -> None:
        parts = _parts(url)
        if parts is None or parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
            raise Refused("bad_url", str(wanted.written_like))
        if parts.scheme == "http" and not hosts.is_loopback(parts.hostname):
            raise Refused("not_encrypted", _("The login would travel in the open. Use the https:// address."))
        self.start = url
        self.wanted = wanted
        self.origin = _origin(parts)
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.login = {"Authorization": f"Basic {token}"} if user or password else {}

    def near(self, url: str) -> str:
        """The address, if it is this server's. Raises Refused("redirected_elsewhere")."""
        parts = _parts(url)
        if parts is None or _origin(parts) != self.origin:
            sentence = _(
                "The server points to another host (%s). Use the address of that one, if you trust it with the login."
            )
            raise Refused("redirected_elsewhere", sentence % (parts.hostname if parts else "?"))
        return url

    def ask(self, method: str, url: str, body: bytes, *, depth: str) -> bytes:
        """The body of an answer, up to the most bytes that are wanted; redirects on this server are followed.

        Raises Refused: login_refused, redirected_elsewhere, too_big, what is missing; and Unreachable.
        """
        for _turn in range(MOST_REDIRECTS + 1):
            status, location, answer = self._once(method, self.near(url), body, depth)
            if status in _REDIRECTS and location:
                url = urljoin(url, location)
                continue
            if status in {401, 403}:
                raise Refused("login_refused", _("The server refuses the login. Many want an app password."))
            if status == _LATER or status >= _BROKEN:
                raise Unreachable(
                    "unreachable", _("The server does not work right now (%d). Try again later.") % status
                )
            if status in {200, 207}:
                return answer
            raise self.missing()
        raise Refused(self.wanted.missing, _("The server sends us in circles."))

    def missing(self) -> Refused:
        """What is said where the address leads to nothing that is wanted."""
        return Refused(self.wanted.missing, str(self.wanted.not_there))

    def too_large(self) -> Refused:
        """What is said of an answer beyond any person's."""
        return Refused("too_big", str(self.wanted.too_large) % (self.wanted.most // _MEGABYTE))

    def bad_answer(self) -> Refused:
        """What is said of an answer that cannot be read."""
        return Refused("bad_answer", str(self.wanted.bad_answer))

    def _once(self, method: str, url: str, body: bytes, depth: str) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        headers = {**self.login, "Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        link = None
        try:
            link = self._link()
            path = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe=_AS_IT_IS)
            link.request(method, path, body, headers)
            with link.getresponse() as answer:
                content = self._content(answer)
        except (OSError, http.client.HTTPException) as broken:
            raise Unreachable("unreachable", _("The server cannot be reached, or does not answer.")) from broken
        finally:
            if link is not None:
                link.close()
        return answer.status, answer.headers.get("Location", ""), content

    def _content(self, answer: http.client.HTTPResponse) -> bytes:
        """Read an answer as far as it may go, in size and in time."""
        until, content = time.monotonic() + LONGEST_SECONDS, bytearray()
        while piece := answer.read1(_PIECE):
            content += piece
            if len(content) > self.wanted.most:
                raise self.too_large()
            if time.monotonic() > until:
                raise TimeoutError
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)
        return bytes(content)

    def _link(self) -> http.client.HTTPConnection:
        scheme, host, port = self.origin
        trusted = ssl.create_default_context() if scheme == "https" else None
        link = http.client.HTTPConnection(host, port, timeout=SECONDS)
        if trusted is not None:
            link = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=trusted)
        if self.named_by_user:
            # It connects by itself only where nobody did so before.
            sock = hosts.connected(host, port, SECONDS)
            link.sock = trusted.wrap_socket(sock, server_hostname=host) if trusted is not None else sock
        return link


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return None
    return None if any(char.isspace() or not char.isprintable() for char in url) else parts


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
