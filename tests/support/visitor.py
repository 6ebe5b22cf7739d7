"""Somebody at a running server without a browser: keeps cookies, reads the form's token, sends a file as a form."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([0-9A-Za-z]+)"')
_EDGE = "----twoyes-form-edge"


class _From(urllib.request.HTTPHandler):
    """Connects from one of this machine's own addresses."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(HTTPConnection, source_address=(self._source, 0)), req)


class Visitor:
    """One visitor of a server at `url`; `at` is the address of the page that came last.

    `source` is a loopback address of their own, for whoever must not share a network with the others.
    """

    def __init__(self, url: str, *, source: str = "127.0.0.1") -> None:
        self.at = url
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(_From(source), urllib.request.HTTPCookieProcessor(self._jar))

    def get(self, path: str) -> str:
        """Return the page at an address of this server, following where it leads."""
        return self._open(urllib.request.Request(urljoin(self.at, path)))

    def press(self, path: str, **fields: str) -> str:
        """Post fields to `path` with the token of the page that stands at the visitor; return the page after that."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self._token()}).encode()
        return self._open(urllib.request.Request(urljoin(self.at, path), body, {"Referer": self.at}))

    @property
    def cookie(self) -> str:
        """The header by which a server knows this visitor."""
        return "; ".join(f"{one.name}={one.value}" for one in self._jar)

    def hidden(self, name: str) -> str:
        """Return what a hidden field of the page that stands at the visitor holds."""
        found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', self._page)
        assert found is not None, f"there is no {name} at {self.at}"
        return found[1]

    def log_in(self, link: str) -> None:
        """Use a login link of the command line."""
        self.get(link)
        self.press("", act="login")

    def upload(self, path: str, name: str, data: bytes) -> str:
        """Send a file to `path`, whose form is asked for first; return the page after that."""
        self.get(path)
        fields = {"csrfmiddlewaretoken": self._token(), "act": "import"}
        parts = [
            f'--{_EDGE}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        parts += [
            f"{head}Content-Type: application/octet-stream\r\n\r\n".encode(),
            data,
            f"\r\n--{_EDGE}--\r\n".encode(),
        ]
        headers = {"Content-Type": f"multipart/form-data; boundary={_EDGE}", "Referer": self.at}
        return self._open(urllib.request.Request(urljoin(self.at, path), b"".join(parts), headers))

    def seconds(self, path: str) -> float:
        """Return how long a page takes."""
        began = time.perf_counter()
        self._open(urllib.request.Request(urljoin(self.at, path)), stay=True)
        return time.perf_counter() - began

    def _token(self) -> str:
        found = _TOKEN.search(self._page)
        assert found is not None, f"there is no form at {self.at}"
        return found[1]

    def _open(self, request: urllib.request.Request, *, stay: bool = False) -> str:
        with self._opener.open(request, timeout=60) as response:
            page = str(response.read().decode())
            if not stay:
                self.at, self._page = response.url, page
        return page

    _page = ""
