"""Reading in a process apart, so that a message that kills its reader kills nothing else (B24, B25)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import twoyes
from twoyes.lib import limits
from twoyes.mail.incoming import reader, wire
from twoyes.mail.incoming.understanding import Understood

UNDERSTAND = "twoyes.mail.incoming.understanding:understand"
# An answer is what a writer said and a few words more; one that is longer is not one of ours.
_MOST = 8 * limits.INBOUND_KEPT


class Unread(Exception):
    """A message could not be read: `why` is `died`, `slow`, or the name of what was raised."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why[:40]


class Reading:
    """Reads messages while its context is open, in a process that starts with the first of them and is gone after it.

    It knows neither keys nor store, and sees one message at a time. `understand` names the function that reads.
    """

    def __init__(self, understand: str = UNDERSTAND, *, wall: float = limits.READING_WALL.total_seconds()) -> None:
        self.understand, self.wall = understand, wall
        self._process: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._end()

    def read(self, raw: bytes) -> Understood:
        """Return what a message is and says. Raises Unread; whatever it did to its reader, the next gets another."""
        line = self._line or self._begin()
        until = time.monotonic() + self.wall
        try:
            line.settimeout(self.wall)
            reader.send(line, raw)
            answer = reader.receive(line, until=until, most=_MOST)
        except TimeoutError:
            self._end()
            raise Unread("slow") from None
        except OSError:
            answer = None
        if answer is None:
            self._end()
            raise Unread("died")
        if answer[:1] != b"+":
            # What was raised may have left anything behind, as little memory does.
            self._end()
            raise Unread(answer[1:].decode("ascii", "replace"))
        try:
            return wire.unpack(answer[1:])
        except ValueError:
            self._end()
            raise Unread("garbled") from None

    def _begin(self) -> socket.socket:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-m", reader.__name__, self.understand],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_surroundings(),
                cwd="/",
            )
        return self._line

    def _end(self) -> None:
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None


def _surroundings() -> dict[str, str]:
    """Return what a reader may know of this machine: where the code is, and none of our settings."""
    place = str(Path(twoyes.__path__[0]).parent)
    asked = [place, *(one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one and one != place)]
    return {"PYTHONPATH": os.pathsep.join(asked), "LANG": "C.UTF-8", "PYTHONHASHSEED": "random"}
