"""Processes that live and end together: the web and the worker of one `serve`. No Django: so it stays small."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from types import FrameType
from typing import TextIO

from twoyes.cli.story import beside
from twoyes.lib.words import said as _

# A worker may finish what is past its point of no return, which takes half a minute at most (B26).
_PATIENCE = 40.0
_UNTIL_READY = 60.0
_POLL = 0.05


def say(sentence: str, *, to: TextIO | None = None) -> None:
    """Print a line at once, where the tools of the command line are not loaded."""
    stream = to or sys.stdout
    stream.write(f"{sentence}\n")
    stream.flush()


class Household:
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
                say(_("Twoyes is at %(url)s/") % {"url": url})
                told = True
            elif not told and time.monotonic() > late:
                say(_("Twoyes does not answer at %(url)s/.") % {"url": url}, to=sys.stderr)
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
            sentence = _("The %(name)s ended by itself (exit %(status)s).")
            say(sentence % {"name": name, "status": self.parts[name].returncode}, to=sys.stderr)
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


def _answers(address: tuple[str, int]) -> bool:
    host, port = address
    try:
        socket.create_connection(({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port), timeout=1).close()  # noqa: S104
    except OSError:
        return False
    return True
