"""`serve`: a small process that starts web and worker as processes of their own, and stops them together.

It loads no Django itself, so that all of them together stay small.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import typer

from twoyes.cli.story import beside
from twoyes.lib import env, story
from twoyes.lib.errors import Refused
from twoyes.lib.hosts import is_loopback
from twoyes.lib.words import said as _

# A worker may finish what is past its point of no return, which takes half a minute at most (B26).
_PATIENCE = 40.0
_UNTIL_READY = 60.0
_POLL = 0.05
_PR_SET_PDEATHSIG = 1

FIRST_HANDLE, FIRST_NAME, FIRST_ADDRESS = "first", "First Connector", "first@connector.example"
"""Who `make serve` lets a newcomer be, in a store where there is nobody yet."""


def serve(host: str, port: int, *, web_only: bool, welcome: bool) -> int:
    """Serve until told to stop; return the exit status. Raises Refused `not_loopback`, `no_url`, `port_taken`."""
    _keep_post_room_here(host)
    port = _free_port(host, port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if not _is_set("TWOYES_URL"):
        os.environ["TWOYES_URL"] = url
    began = subprocess.run([*_twoyes("begin"), *(["--welcome"] if welcome else [])], check=False)
    if began.returncode:
        return began.returncode
    parts = {"web": [*_twoyes("web"), "--host", host, "--port", str(port)]}
    if not web_only:
        parts["worker"] = _twoyes("worker")
    return _Household(parts, _told_beside(url)).run((host, port), url)


def _told_beside(url: str) -> beside.Beside | None:
    """Offer the told story to whoever tries this out: only in the post room, and not within itself."""
    beside.clear()
    if story.within() or not _in_post_room():
        return None
    os.environ[story.OFFERED] = "1"
    return beside.Beside(url)


def _in_post_room() -> bool:
    return (env.read("EMAIL_URL") or "postroom:").startswith("postroom:")


def _keep_post_room_here(host: str) -> None:
    """Refuse to show everybody's letters to other machines, and to make links that lead nowhere."""
    if is_loopback(host):
        return
    if _in_post_room():
        sentence = _(
            "The post room shows everybody's letters, so it is for this machine alone, and %(host)s is not. "
            "Set EMAIL_URL to real mail, or serve on 127.0.0.1."
        )
        raise Refused("not_loopback", sentence % {"host": host})
    if not _is_set("TWOYES_URL"):
        sentence = _("Links in letters cannot lead to %(host)s. Set TWOYES_URL to the public address.") % {"host": host}
        raise Refused("no_url", sentence)


def _is_set(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


class _Household:
    """Processes that live and end together: when one ends by itself, so do the others."""

    def __init__(self, parts: dict[str, list[str]], told: beside.Beside | None) -> None:
        self.stopping, self.told = False, told
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        # No input: what they read would be the terminal's.
        for name, words in parts.items():
            self.parts[name] = subprocess.Popen(words, stdin=subprocess.DEVNULL)

    def run(self, address: tuple[str, int], url: str) -> int:
        """Say the address once it answers; return 0 after an orderly stop, 1 when a part ended by itself."""
        told = False
        late = time.monotonic() + _UNTIL_READY
        while not self.stopping and all(part.poll() is None for part in self.parts.values()):
            if not told and _answers(address):
                typer.echo(_("Twoyes is at %(url)s/") % {"url": url})
                sys.stdout.flush()
                told = True
            elif not told and time.monotonic() > late:
                typer.echo(_("Twoyes does not answer at %(url)s/.") % {"url": url}, err=True)
                break
            if told and self.told is not None:
                self.told.look()
            time.sleep(_POLL if not told else 0.5)
        ended = [name for name, part in self.parts.items() if part.poll() is not None]
        self._end()
        if self.told is not None:
            self.told.end()
        if self.stopping:
            return 0
        for name in ended:
            typer.echo(
                _("The %(name)s ended by itself (exit %(status)s).")
                % {"name": name, "status": self.parts[name].returncode},
                err=True,
            )
        return 1

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        for part in self.parts.values():
            _tell(part, signal.SIGTERM)

    def _end(self) -> None:
        until = time.monotonic() + _PATIENCE
        for part in self.parts.values():
            _tell(part, signal.SIGTERM)
        for part in self.parts.values():
            try:
                part.wait(max(until - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                part.kill()
                part.wait()


def _tell(part: subprocess.Popen[bytes], number: signal.Signals) -> None:
    if part.poll() is None:
        part.send_signal(number)


def web(host: str, port: int) -> None:
    """Serve the pages in this process and one more; SQLite has one writer, so threads are few (DESIGN)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twoyes.settings")
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "twoyes.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        backpressure=64,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    ).serve()


def welcome() -> None:
    """Make a first connector where there is none, and print how to log in. For the post room alone."""
    from twoyes.cli.accounts import login_url
    from twoyes.people import front as people

    found = people.connectors()
    if not found:
        people.add_connector(FIRST_ADDRESS, name=FIRST_NAME, handle=FIRST_HANDLE)
        found = people.connectors()
    typer.echo(
        _("Log in as @%(handle)s, once and within ten minutes: %(url)s")
        % {"handle": found[0].handle, "url": login_url(found[0].handle)}
    )


def die_with_parent() -> None:
    """Ask Linux for a SIGTERM when `serve` dies without a word, so that nobody holds its port for ever."""
    if sys.platform == "linux" and os.environ.get(_SERVED):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


_SERVED = "_TWOYES_SERVED"


def _twoyes(command: str) -> list[str]:
    os.environ[_SERVED] = "1"
    return [sys.executable, "-m", "twoyes.cli", command]


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0. Raises Refused `port_taken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = _("%(host)s:%(port)s cannot be listened on (%(error)s). Choose another --port.") % {
                "host": host,
                "port": port,
                "error": error.strerror or error,
            }
            raise Refused("port_taken", sentence) from error
        return int(probe.getsockname()[1])


def _answers(address: tuple[str, int]) -> bool:
    host, port = address
    try:
        socket.create_connection(({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port), timeout=1).close()  # noqa: S104
    except OSError:
        return False
    return True
