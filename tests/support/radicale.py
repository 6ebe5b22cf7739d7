"""A real Radicale on loopback: calendars and address books of one login, in a directory of its own."""

from __future__ import annotations

import base64
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.support import listening

USER, PASSWORD = "cora", "an-app-password"
_PATIENCE = 20.0
_MAKE = """<?xml version="1.0" encoding="utf-8"?>
<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<resourcetype><collection/><C:calendar/></resourcetype><displayname>{name}</displayname>
<C:supported-calendar-component-set><C:comp name="{holds}"/></C:supported-calendar-component-set>
</prop></set></mkcol>"""


@dataclass(frozen=True)
class Radicale:
    """A running server, and its address."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def make(self, name: str, *, holds: str = "VEVENT") -> None:
        """Make a calendar of the user's."""
        self._ask("MKCOL", f"/{USER}/{name}/", _MAKE.format(name=name.title(), holds=holds))

    def put(self, calendar: str, name: str, *components: str) -> None:
        """Store an event (with its exceptions, if any) in a calendar."""
        text = "".join(["BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//EN\n", *components, "END:VCALENDAR\n"])
        self._ask("PUT", f"/{USER}/{calendar}/{quote(name)}.ics", text.replace("\n", "\r\n"), "text/calendar")

    def _ask(self, method: str, path: str, body: str, kind: str = "application/xml") -> None:
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            link.request(method, path, body.encode(), {"Authorization": f"Basic {login}", "Content-Type": kind})
            answer = link.getresponse()
            told = answer.read()
            assert answer.status in {200, 201, 204}, (answer.status, told)
        finally:
            link.close()


@contextmanager
def running(place: Path, *, port: int = 0) -> Iterator[Radicale]:
    """Start a Radicale in this directory and stop it afterwards."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "users").write_text(f"{USER}:{PASSWORD}\n")
    server = Radicale(port or _free_port())
    config = {
        "server-hosts": f"127.0.0.1:{server.port}",
        "auth-type": "htpasswd",
        "auth-htpasswd-filename": str(place / "users"),
        "auth-htpasswd-encryption": "plain",
        "auth-delay": "0",
        "storage-filesystem-folder": str(place / "collections"),
    }
    options = [word for name, value in config.items() for word in (f"--{name}", value)]
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "radicale", "--config", "", *options],
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
            start_new_session=True,
        )
    try:
        listening.wait(server.port, process, place / "log", seconds=_PATIENCE)
        yield server
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
