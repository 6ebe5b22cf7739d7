"""A mail server that hands on to us, line by line, so that it can also do what no library would."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit


class Line:
    """A connection to a listener, on which `LHLO` or `EHLO` was said."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url, self.scheme = url, parts.scheme
        self.port = parts.port or 0
        self._begin()

    def _begin(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), 20)
        self.file = self.socket.makefile("rb")
        self.greeting = self.answer()
        if self.greeting.startswith("220"):
            self.say("LHLO mta.example" if self.scheme == "lmtp" else "EHLO mta.example")

    def again(self) -> Line:
        """Another connection to the same listener."""
        return Line(self.url)

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> str:
        """Return the last line of one answer; "" where the other side hung up."""
        while (text := self.file.readline().decode("ascii").rstrip("\r\n"))[3:4] == "-":
            pass
        return text

    def say(self, command: str) -> str:
        self.send(command.encode("utf-8", "surrogateescape") + b"\r\n")
        return self.answer()

    def bring(self, recipients: Sequence[str], raw: bytes, sender: str = "tom@target.example") -> list[str]:
        """Hand a message over; return what is said after the dot, or at the first address where none was taken."""
        first = self.say(f"MAIL FROM:<{sender}>")
        if not first.startswith("250"):
            return [first]
        said = [self.say(f"RCPT TO:<{one}>") for one in recipients]
        taken = [one for one in said if one.startswith("250")]
        if not taken:
            return said
        begun = self.say("DATA")
        if not begun.startswith("354"):
            return [begun]
        return self.finish(raw, len(taken))

    def finish(self, raw: bytes, taken: int = 1) -> list[str]:
        """Send a message's lines and the dot; return an answer for each recipient on LMTP, one on SMTP."""
        lines = raw.replace(b"\r\n", b"\n").split(b"\n")
        self.send(b"\r\n".join(b"." + one if one.startswith(b".") else one for one in lines) + b"\r\n.\r\n")
        return [self.answer() for _ in range(taken if self.scheme == "lmtp" else 1)]
