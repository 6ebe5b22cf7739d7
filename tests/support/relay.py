"""A mail relay that behaves as well or as badly as its script says, with a log that is the truth.

The log is append-only and on disk before any answer: one JSON line for each message that the relay took
responsibility for. Tests compare what the product believes with it and never with what the relay answered.

In a thread: `with Relay(log, "lose_250") as relay: relay.port`. As a process, until its standard input ends:
`python -m tests.support.relay --log FILE --script lose_250` prints the port it listens on.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.support.relay_scripts import SCRIPTS, SILENCE, Script

type Choice = str | Script | Callable[[int], str | Script]


@dataclass(frozen=True, slots=True)
class Taken:
    """One line of the log: a message that the relay is responsible for."""

    message_id: str
    sender: str
    recipients: list[str]
    sha256: str
    at: float


def taken(log: Path) -> list[Taken]:
    """What a log says, in order; nothing if no message was ever taken."""
    return [Taken(**json.loads(line)) for line in log.read_text().splitlines()] if log.exists() else []


class Relay:
    """Listens on 127.0.0.1 while its context is open. A callable script gets the number of the connection.

    `tls` is a server's context: with it STARTTLS is offered, or TLS is spoken at once if `implicit`.
    """

    def __init__(
        self,
        log: Path,
        script: Choice = "accept",
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        port: int = 0,
        session: "type[Session] | None" = None,
    ) -> None:
        self._session = session or Session
        self.log, self.script, self.tls, self.implicit = log, script, tls, implicit
        self.sessions: list[Session] = []
        self._lock = threading.Lock()
        self._met: set[tuple[str, str, str]] = set()
        self._threads: list[threading.Thread] = []
        log.parent.mkdir(parents=True, exist_ok=True)
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._spawn(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(5)
        for session in self.sessions:
            session.cut()
        for thread in self._threads[1:]:
            thread.join(5)

    @property
    def taken(self) -> list[Taken]:
        """What this relay is responsible for, read from its log."""
        return taken(self.log)

    def ended(self) -> "Session":
        """The latest session, once its connection is gone; fails when the client holds on to it."""
        session = self.sessions[-1]
        assert session.gone.wait(5), "the client has not closed the connection"
        return session

    def first_time(self, script: Script, stage: str, key: str) -> bool:
        """Whether this script meets this recipient or message for the first time at this stage."""
        with self._lock:
            occasion = (script.name, stage, key)
            new = occasion not in self._met
            self._met.add(occasion)
            return new

    def take(self, message: bytes, sender: str, recipients: list[str]) -> None:
        """Take responsibility: on disk, before anybody is told."""
        entry = {
            "message_id": message_id(message),
            "sender": sender,
            "recipients": recipients,
            "sha256": hashlib.sha256(message).hexdigest(),
            "at": time.time(),
        }
        handle = os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, json.dumps(entry).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)

    def _spawn(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            script = self.script(len(self.sessions)) if callable(self.script) else self.script
            session = self._session(self, connection, SCRIPTS[script] if isinstance(script, str) else script)
            self.sessions.append(session)
            self._spawn(session.run)


class _Over(Exception):
    """This conversation is over."""


class Session:
    """One connection: `commands` are the lines heard outside DATA, `body` whatever came inside it."""

    pipelining = True

    def __init__(self, relay: Relay, connection: socket.socket, script: Script) -> None:
        self.relay, self.script = relay, script
        self.commands: list[bytes] = []
        self.body = b""
        self.complete = False
        self.gone = threading.Event()
        self._connection = connection
        self._buffer = b""
        self._secured = False
        self._sender, self._recipients = "", list[str]()

    def run(self) -> None:
        """Talk until either side has enough."""
        try:
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.relay.tls and self.relay.implicit:
                self._secure()
            self._say("connect", b"220 relay.test ESMTP\r\n")
            while True:
                self._obey(self._line())
        except (_Over, OSError):
            pass
        finally:
            self._connection.close()
            self.gone.set()

    def cut(self) -> None:
        """End the connection from outside."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _obey(self, line: bytes) -> None:
        self.commands.append(line)
        verb, _, argument = line.partition(b" ")
        # Not only commands: the first bytes of TLS come here, where the relay offered it and did not mean it.
        address = argument.decode(errors="replace").partition("<")[2].partition(">")[0]
        match verb.upper():
            case b"EHLO":
                self._say("ehlo", self._offer())
            case b"STARTTLS":
                self._say("starttls", b"220 2.0.0 Ready\r\n")
                self._secure()
            case b"AUTH":
                self._say("auth", b"235 2.7.0 Welcome\r\n")
            case b"MAIL":
                self._sender, self._recipients = address, []
                self._say("mail", b"250 2.1.0 OK\r\n")
            case b"RCPT":
                if self._say("rcpt", b"250 2.1.5 OK\r\n", address).startswith(b"2"):
                    self._recipients.append(address)
            case b"DATA":
                if self._say("data", b"354 Go ahead\r\n").startswith(b"354"):
                    self._data()
            case b"QUIT":
                self._say("quit", b"221 2.0.0 Bye\r\n")
                raise _Over
            case other:
                self._rest(other)

    def _rest(self, verb: bytes) -> None:
        if verb == b"RSET":
            self._say("rset", b"250 2.0.0 OK\r\n")
        else:
            self._say("else", b"502 5.5.2 Unknown command\r\n")

    def _offer(self) -> bytes:
        offers = [b"relay.test", b"SIZE 10485760", *self.script.offers, *[b"PIPELINING"] * self.pipelining]
        if self.relay.tls and not self._secured and not self.script.hides_tls:
            offers.append(b"STARTTLS")
        return b"".join(b"250-" + offer + b"\r\n" for offer in offers[:-1]) + b"250 " + offers[-1] + b"\r\n"

    def _data(self) -> None:
        self.body, self.complete = b"", False
        while not (self.body == b".\r\n" or self.body.endswith(b"\r\n.\r\n")):
            self.body += self._heard()
        self.complete = True
        message = re.sub(rb"(?m)^\.", b"", self.body.removesuffix(b".\r\n"))
        identity = message_id(message)
        ordinary = self.script.once and not self.relay.first_time(self.script, "taking", identity)
        if self.script.takes or ordinary:
            self.relay.take(message, self._sender, self._recipients)
        time.sleep(self.script.delay)
        self._say("dot", b"250 2.0.0 Queued\r\n", identity)

    def _say(self, stage: str, ordinary: bytes, key: str = "") -> bytes:
        """Answer as scripted; return what was said. Ends the conversation where the script does."""
        reply = self.script.at.get(stage, ordinary)
        if reply != ordinary and self.script.once and not self.relay.first_time(self.script, stage, key):
            reply = ordinary
        if reply == SILENCE:
            while True:
                self._heard()
        if not reply:
            raise _Over
        pieces = [bytes([octet]) for octet in reply] if self.script.pace and reply != ordinary else [reply]
        for piece in pieces:
            self._connection.sendall(piece)
            time.sleep(self.script.pace if len(pieces) > 1 else 0)
        if self.script.leaves and stage in self.script.at:
            raise _Over
        return reply

    def _secure(self) -> None:
        assert self.relay.tls
        self._connection = self.relay.tls.wrap_socket(self._connection, server_side=True)
        self._secured, self._buffer = True, b""

    def _line(self) -> bytes:
        while b"\r\n" not in self._buffer:
            self._buffer += self._heard()
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def _heard(self) -> bytes:
        heard = self._connection.recv(65536)
        if not heard:
            raise _Over
        return heard


def message_id(message: bytes) -> str:
    """The Message-ID of a message, or "" if it has none."""
    found = re.search(rb"(?im)^message-id:\s*(\S+)", message)
    return found[1].decode() if found else ""


def mixture(seed: int) -> Callable[[int], str]:
    """For fault runs: mostly friendly, with the troubles that the send design was measured with."""
    chance = random.Random(seed)
    names = ["accept", "greylist_rcpt", "later_dot", "drop_dot", "lose_250"]
    return lambda _: chance.choices(names, weights=[88, 5, 3, 1, 3])[0]


def main() -> None:
    """Serve as a process of its own, which a test may leave running while it kills workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--script", choices=sorted(SCRIPTS), default="accept")
    parser.add_argument("--mix", type=int, metavar="SEED", help="a seeded mixture in place of one script")
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    script: Choice = asked.script if asked.mix is None else mixture(asked.mix)
    with Relay(asked.log, script, port=asked.port) as relay:
        sys.stdout.write(f"{relay.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
