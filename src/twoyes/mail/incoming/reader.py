"""The process that reads what strangers wrote: little memory, little time, no store, no keys, and easily replaced.

On its standard input, a socket, come messages, each behind its length in four bytes; so go the answers: `+` and what
was understood, or `-` and the name of what went wrong.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib import import_module

from twoyes.lib import limits
from twoyes.mail.incoming import wire
from twoyes.mail.incoming.understanding import Understood

_MOST = 2 * limits.INBOUND_KEPT


def main(named: str) -> None:
    """Answer until nobody asks any more; `named` is `module:function`, which understands a message."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.READING_MEMORY, limits.READING_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for number in (signal.SIGINT, signal.SIGTERM):
        # Told to a whole group; who asked for the reading decides when it ends.
        signal.signal(number, signal.SIG_IGN)
    module, _colon, name = named.partition(":")
    understand: Callable[[bytes], Understood] = getattr(import_module(module), name)
    with socket.socket(fileno=os.dup(0)) as line:
        while (raw := receive(line)) is not None:
            _renew_time()
            send(line, _answer(understand, raw))


def _answer(understand: Callable[[bytes], Understood], raw: bytes) -> bytes:
    try:
        return b"+" + wire.pack(understand(raw))
    except BaseException as error:  # noqa: BLE001 - a bomb may raise anything (D12); it is told, and set aside
        return b"-" + type(error).__name__.encode()


def _renew_time() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + limits.READING_CPU.total_seconds()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def send(line: socket.socket, data: bytes) -> None:
    """Send one message behind its length."""
    line.sendall(len(data).to_bytes(4) + data)


def receive(line: socket.socket, *, until: float | None = None, most: int = _MOST) -> bytes | None:
    """Receive one message, or None where the other side is gone or sends too much.

    Raises TimeoutError where it is not here by `until`, on the monotonic clock.
    """
    length = _exactly(line, 4, until)
    size = most + 1 if length is None else int.from_bytes(length)
    return None if size > most else _exactly(line, size, until)


def _exactly(line: socket.socket, size: int, until: float | None) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        if until is not None:
            line.settimeout(max(until - time.monotonic(), 0.001))
        part = line.recv(min(size - len(parts), 65_536))
        if not part:
            return None
        parts += part
    return bytes(parts)


if __name__ == "__main__":
    main(sys.argv[1])
