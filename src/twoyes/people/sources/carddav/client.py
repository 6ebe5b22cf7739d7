"""Asking one server, and no other: a login is never sent to a host that nobody typed."""

from __future__ import annotations

import base64
import http.client
import ssl
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.lib.hosts import is_loopback
from twoyes.people.sources.base import MEGABYTE, MOST_BYTES

SECONDS = 30
MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_PORTS = {"https": 443, "http": 80}


def too_large() -> Refused:
    """What is said of an address book beyond any person's."""
    sentence = _("The address book is larger than %d MB. Export it, and import the files one by one.")
    return Refused("too_big", sentence % (MOST_BYTES // MEGABYTE))


class Server:
    """The server of one address, with one login. Raises Refused: bad_url, not_encrypted."""

    def __init__(self, url: str, *, user: str, password: str) -> None:
        parts = _parts(url)
        if parts is None or parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password:
            sentence = _("Write the address of the address book like https://dav.example.org/cora/, without a login.")
            raise Refused("bad_url", sentence)
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise Refused("not_encrypted", _("The login would travel in the open. Use the https:// address."))
        self.start = url
        self.origin = _origin(parts)
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.login = {"Authorization": f"Basic {token}"} if user or password else {}

    def near(self, url: str) -> str:
        """The address, if it is this server's. Raises Refused("redirected_elsewhere")."""
        parts = _parts(url)
        if parts is None or _origin(parts) != self.origin:
            sentence = _(
                "The server points to another host. Use the address of that one, if you trust it with the login."
            )
            raise Refused("redirected_elsewhere", sentence)
        return url

    def ask(self, method: str, url: str, body: bytes, *, depth: str) -> bytes:
        """The body of an answer, at most as large as a contact file may be; redirects on this server are followed.

        Raises Refused: unreachable, login_refused, redirected_elsewhere, too_big, no_address_book.
        """
        for _turn in range(MOST_REDIRECTS + 1):
            status, location, answer = self._once(method, self.near(url), body, depth)
            if status in _REDIRECTS and location:
                url = urljoin(url, location)
                continue
            if status in {401, 403}:
                raise Refused("login_refused", _("The server refuses the login. Many want an app password."))
            if status in {200, 207}:
                return answer
            raise Refused("no_address_book", _("There is no address book at that address."))
        raise Refused("no_address_book", _("The server sends us in circles."))

    def _once(self, method: str, url: str, body: bytes, depth: str) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        headers = {**self.login, "Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        link = self._link()
        try:
            link.request(method, f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, headers)
            with link.getresponse() as answer:
                content = answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as broken:
            raise Refused("unreachable", _("The server cannot be reached, or does not answer.")) from broken
        finally:
            link.close()
        if len(content) > MOST_BYTES:
            raise too_large()
        return answer.status, answer.headers.get("Location", ""), content

    def _link(self) -> http.client.HTTPConnection:
        scheme, host, port = self.origin
        if scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, port, timeout=SECONDS)


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return None
    return None if any(char.isspace() or not char.isprintable() for char in url) else parts


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0)
