"""SMTP as `smtplib` speaks it, but bounded: a relay can neither hold us, flood us nor get out of step.

One monotonic deadline covers a whole command, from its first byte to the last line of its reply, so that a
relay that sends one byte a second gains nothing (C8). Whatever goes wrong, the socket is closed before the
exception travels: nothing above can then write into a transaction that is half done.
"""

import base64
import contextlib
import re
import select
import smtplib
import socket
import ssl
import time
from collections.abc import Buffer, Callable, Sequence
from dataclasses import dataclass

from twoyes.lib import hosts, limits
from twoyes.mail.outgoing.transport import ALLOWANCE

LONGEST_REPLY_LINE = 8192
"""Octets of one line of a reply, its end included."""

type Find = Callable[[str, int], hosts.Found]
"""Where a host is: `hosts.anywhere`, or `hosts.outside` for one that a user named."""

_REPLY_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for the connection with its TLS handshake, for a command, for the answer to the dot.

    The last is long because the relay may be busy with the message, and giving up leaves us not knowing (C5,
    RFC 5321 4.5.3.2.6). `allowance` is the most that may pass from the point of no return to the dot;
    `goodbye` is for the reply to QUIT, which changes nothing (C6).
    """

    connect: float = limits.SMTP_CONNECT.total_seconds()
    command: float = limits.SMTP_COMMAND.total_seconds()
    final: float = limits.SMTP_FINAL_REPLY.total_seconds()
    allowance: float = ALLOWANCE
    goodbye: float = 2.0


PATIENCE = Patience()


class Lost(smtplib.SMTPServerDisconnected):
    """The connection ended, ran out of time, or what came was not SMTP; the socket is closed."""


class Stale(Lost):
    """A connection that was kept from an earlier letter has ended: nothing of this one was said, so begin anew."""


class Untrusted(smtplib.SMTPException):
    """TLS or signing in failed: nothing about the letter, and no reason to try without (C9, C10)."""

    def __init__(self, code: int, text: bytes | str) -> None:
        super().__init__(code, text)
        self.code, self.text = code, text


class Conversation(smtplib.SMTP):
    """One connection in one hand, for one message at a time; never pooled or shared (B27)."""

    # Set by `until`, which `open` calls before anything else.
    _deadline: float

    def __init__(self, local_hostname: str, patience: Patience, find: Find = hosts.anywhere) -> None:
        super().__init__(local_hostname=local_hostname)
        self.patience, self._find = patience, find
        self.served = False
        """Whether a letter was taken on this connection before."""
        self._inbox = bytearray()

    def open(self, address: tuple[str, int], *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:
        """Connect, inside TLS from the first byte if a context is given, and return the greeting.

        Raises `Lost`, or `Untrusted` when TLS fails.
        """
        self.until(time.monotonic() + self.patience.connect)
        self.sock = self._reach(*address)
        if context:
            self._wrap(context, address[0])
        self.until(time.monotonic() + self.patience.command)
        return self.getreply()

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """STARTTLS or nothing: raises `Untrusted` when it is not offered, refused or proves nothing (C9)."""
        if not self.has_extn("starttls"):
            self.hang_up()
            raise Untrusted(0, "The relay does not offer STARTTLS.")
        code, reply = self.docmd("STARTTLS")
        if code != 220:
            raise Untrusted(code, reply)
        if self._inbox:
            # Bytes that were sent in the clear would otherwise be read as if they had come inside TLS.
            self.hang_up()
            raise Untrusted(0, "Something was injected before TLS began.")
        self._wrap(context, host)

    def sign_in(self, user: str, password: str) -> None:
        """One try, one method: a second would bring a lock-out nearer (C10). Raises `Untrusted`."""
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            code, reply = self.docmd("AUTH", f"PLAIN {_base64(f'\0{user}\0{password}')}")
        elif "LOGIN" in offered:
            code, reply = self.docmd("AUTH", f"LOGIN {_base64(user)}")
            if code == 334:
                code, reply = self.docmd(_base64(password))
        else:
            raise Untrusted(0, "The relay offers neither AUTH PLAIN nor AUTH LOGIN.")
        if code != 235:
            raise Untrusted(code, reply)

    def until(self, deadline: float) -> None:
        """Everything sent and read from here on must be done at this monotonic instant."""
        self._deadline = deadline

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Send one command and start its deadline. Raises `Lost` when a reply came unasked."""
        self._begin()
        super().putcmd(cmd, args)

    def _begin(self) -> None:
        if self._inbox:
            # Whatever we asked is answered by now: this could only be mistaken for the answer to what we say next.
            self.hang_up()
            raise Lost("The relay answered before it was asked.")
        self.until(time.monotonic() + self.patience.command)

    def send(self, s: Buffer | str) -> None:
        """Send all of it before the deadline, or close and raise `Lost`."""
        rest = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        try:
            while rest:
                rest = rest[self._ready().send(rest) :]
        except OSError as error:
            self.hang_up()
            raise Lost(f"The connection was lost while sending: {_why(error)}.") from error

    def getreply(self) -> tuple[int, bytes]:
        """The next reply, its lines joined. Raises `Lost` if it is late, malformed or not whole."""
        said: list[bytes] = []
        codes: set[bytes] = set()
        while len(said) < limits.SMTP_REPLY_LINES:
            match = _REPLY_LINE.fullmatch(self._line())
            if match is None:
                break
            code, more, text = match.groups()
            codes.add(code)
            said.append(text or b"")
            if len(codes) > 1:
                break
            if more != b"-":
                return int(code), b"\n".join(said)
        self.hang_up()
        raise Lost("The relay's reply could not be understood.")

    def has_heard_more(self) -> bool:
        """Whether the relay said something that nobody has read yet."""
        return bool(self._inbox)

    def exchange(self, *commands: str) -> list[tuple[int, bytes]]:
        """Say these commands; return the replies, none after the first that is no success if they are said one by one.

        All go out in one packet where the relay offers PIPELINING (RFC 2920), and each has a reply then, unless the
        relay hangs up after it refused. On a connection that served before, RSET goes first. Raises `Stale`, `Lost`.
        """
        at_once = commands if self.has_extn("pipelining") else ()
        if self.served:
            self._start_over(at_once)
        elif at_once:
            self._say(at_once)
        heard: list[tuple[int, bytes]] = []
        for command in commands:
            if not at_once:
                self.putcmd(command)
            try:
                heard.append(self._reply_within(self.patience.command))
            except Lost:
                if any(code >= 400 for code, _text in heard):
                    break  # why it hung up has been said
                raise
            if not at_once and heard[-1][0] // 100 != 2:
                break
        return heard

    def is_quiet(self) -> bool:
        """Whether the relay was silent since its last reply: what it says unasked could be mistaken for an answer."""
        try:
            return not self._inbox and not self._is_heard()
        except OSError:
            return False

    def _start_over(self, commands: Sequence[str]) -> None:
        try:
            self._say(["RSET", *commands])
            code, _reply = self._reply_within(self.patience.goodbye)
        except Lost as error:
            raise Stale(str(error)) from error
        if code != 250 or (self._inbox and not commands):
            self.hang_up()
            raise Stale("The relay does not begin another letter here.")

    def _reply_within(self, seconds: float) -> tuple[int, bytes]:
        self.until(time.monotonic() + seconds)
        return self.getreply()

    def _say(self, commands: Sequence[str]) -> None:
        if any("\r" in one or "\n" in one for one in commands):
            raise ValueError("A command is one line.")
        self._begin()
        self.send("".join(f"{one}\r\n" for one in commands))

    def farewell(self) -> None:
        """QUIT, for good manners only: what the relay says or fails to say to it changes nothing (C6)."""
        with contextlib.suppress(smtplib.SMTPException):
            self.putcmd("QUIT")
            self._reply_within(self.patience.goodbye)

    def hang_up(self) -> None:
        """End the connection at once and for all who hold it, without a word to the relay."""
        if self.sock is not None:
            # A copy of the socket in a forked child would keep the connection open after a mere close.
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
        self.close()

    def _is_heard(self) -> bool:
        waiting = select.poll()
        waiting.register(self._ready(), select.POLLIN)
        return bool(waiting.poll(0))

    def _reach(self, host: str, port: int) -> socket.socket:
        trouble: OSError = OSError("no address")
        try:
            found = self._find(host, port)
        except OSError as error:
            found, trouble = [], error
        except UnicodeError:
            found = []
        for tried, (family, kind, proto, _, address) in enumerate(found):
            sock = socket.socket(family, kind, proto)
            try:
                # One dead address must not eat the time of those after it.
                sock.settimeout(self._left() / (len(found) - tried))
                sock.connect(address)
                # The dot goes out in a packet of its own; Nagle would hold it back for the relay's next ACK.
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                trouble = error
            else:
                return sock
        raise Lost(f"The relay could not be reached: {_why(trouble)}.") from trouble

    def _wrap(self, context: ssl.SSLContext, host: str) -> None:
        try:
            # Python takes the time-out of the socket as the limit of the whole handshake.
            self.sock = context.wrap_socket(self._ready(), server_hostname=host)
        except (TimeoutError, ConnectionError, ssl.SSLEOFError) as error:
            self.hang_up()
            raise Lost(f"The connection was lost before TLS stood: {_why(error)}.") from error
        except ssl.SSLError as error:
            self.hang_up()
            raise Untrusted(0, f"TLS with the relay failed: {_why(error)}.") from error

    def _line(self) -> bytes:
        """One line without its end; a bare LF ends it too, as in every client."""
        while (end := self._inbox.find(b"\n")) < 0 and len(self._inbox) <= LONGEST_REPLY_LINE:
            try:
                heard = self._ready().recv(LONGEST_REPLY_LINE)
            except OSError as error:
                self.hang_up()
                raise Lost(f"The connection was lost while waiting: {_why(error)}.") from error
            if not heard:
                self.hang_up()
                raise Lost("The relay closed the connection.")
            self._inbox += heard
        if not 0 <= end < LONGEST_REPLY_LINE:
            self.hang_up()
            raise Lost("The relay's reply has a line that is too long.")
        line = bytes(self._inbox[:end])
        del self._inbox[: end + 1]
        return line.removesuffix(b"\r")

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left

    def _ready(self) -> socket.socket:
        if self.sock is None:
            raise ConnectionError("not connected")
        self.sock.settimeout(self._left())
        return self.sock


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _why(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
