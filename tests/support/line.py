"""A line to a server on this machine that can be cut in the middle of a sentence."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_PIECE = 64 * 1024


@dataclass
class Line:
    """What went over it, and when it breaks: as soon as so many requests that match `where` went to the server.

    After `whole` connections nobody answers at all any more.
    """

    to: int
    where: bytes = b"$^"
    after: int = 0
    whole: int = 1_000_000
    port: int = 0
    connections: int = 0
    asked: list[bytes] = field(default_factory=list)
    matched: int = 0

    def cut(self, where: bytes, *, after: int, whole: int = 1_000_000) -> None:
        """Break with the next request but `after` of this kind, and let in only `whole` connections from here on."""
        self.where, self.after, self.whole = where, after, self.connections + whole
        self.matched = 0

    def mend(self) -> None:
        """Let everything through again."""
        self.where, self.whole = b"$^", 1_000_000

    def breaks(self, data: bytes) -> bool:
        """Say whether the line breaks with what is being asked."""
        self.asked.append(data)
        if not re.search(self.where, data):
            return False
        self.matched += 1
        return self.matched == self.after + 1


@contextmanager
def line(to: int) -> Iterator[Line]:
    """Lay a line to a port of this machine for a block."""
    laid = Line(to)
    with socket.create_server(("127.0.0.1", 0)) as door:
        laid.port = door.getsockname()[1]
        listening = threading.Thread(target=_listen, args=(laid, door), daemon=True)
        listening.start()
        yield laid
        # An `accept` that waits does not hear of a door that closes.
        laid.whole = -1
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", laid.port), 1).close()
        listening.join(5)


def _listen(laid: Line, door: socket.socket) -> None:
    while True:
        asking, _where = door.accept()
        if laid.whole < 0:
            asking.close()
            return
        laid.connections += 1
        if laid.connections > laid.whole:
            asking.close()
            continue
        answering = socket.create_connection(("127.0.0.1", laid.to), 5)
        for one, other, breaks in ((asking, answering, laid.breaks), (answering, asking, lambda _data: False)):
            threading.Thread(target=_carry, args=(one, other, breaks), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket, breaks: object) -> None:
    assert callable(breaks)
    with suppress(OSError), one, other:
        while data := one.recv(_PIECE):
            if breaks(data):
                for end in (one, other):
                    end.shutdown(socket.SHUT_RDWR)
                return
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
