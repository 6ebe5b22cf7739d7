"""Stands between two mail servers: passes on what they say, cuts the line where it is told to, and remembers."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from typing import Literal, Self

# Cut before the dot has come to the other side, or after the other side's answer to it, which then nobody hears.
Cut = Literal["", "before_dot", "after_dot"]
_DOT = b"\r\n.\r\n"


class Between:
    """Listens on loopback for connections to `port`; `cuts` are used up, one by each message."""

    def __init__(self, port: int = 0) -> None:
        self.other = port
        self.cuts: list[Cut] = []
        self.messages: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._spawn(threading.Thread(target=self._accept, daemon=True))
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listener, *self._open):
            _end(one)
        for thread in self._threads:
            thread.join(5)

    def clear(self) -> None:
        """Forget what was heard, and cut nothing more."""
        self.cuts.clear()
        self.messages.clear()

    def _spawn(self, thread: threading.Thread) -> None:
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.other), 10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            self._open += [near, far]
            line = _Line(self, near, far)
            self._spawn(threading.Thread(target=line.there, daemon=True))
            self._spawn(threading.Thread(target=line.back, daemon=True))

    def cut(self) -> Cut:
        """Take the next cut."""
        with self._lock:
            return self.cuts.pop(0) if self.cuts else ""


class _Line:
    """One connection; in a message from the 354 of the far side to the dot of the near one."""

    def __init__(self, between: Between, near: socket.socket, far: socket.socket) -> None:
        self.between, self.near, self.far = between, near, far
        self.in_message, self.after_dot = False, False
        self.cut: Cut = ""

    def there(self) -> None:
        body = b""
        with suppress(OSError):
            while heard := self.near.recv(65536):
                if self.in_message:
                    body += heard
                    if self.cut == "before_dot":
                        # The other side has most of it, and never the end.
                        self.far.sendall(heard[:20])
                        break
                    # A mail server may say QUIT in one breath with the dot.
                    if _DOT in body:
                        self._keep(body.partition(_DOT)[0] + b"\r\n")
                        body, self.in_message, self.after_dot = b"", False, True
                self.far.sendall(heard)
        self._end()

    def back(self) -> None:
        with suppress(OSError):
            while heard := self.far.recv(65536):
                if self.after_dot:
                    if self.cut == "after_dot":
                        break
                    self.after_dot = False
                if re.search(rb"(?m)^354", heard):
                    self.in_message, self.cut = True, self.between.cut()
                self.near.sendall(heard)
        self._end()

    def _keep(self, body: bytes) -> None:
        whole = b"\r\n" + body
        self.between.messages.append(whole.replace(b"\r\n.", b"\r\n").removeprefix(b"\r\n"))

    def _end(self) -> None:
        _end(self.near)
        _end(self.far)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
