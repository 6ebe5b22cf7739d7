"""The way out through a real relay: one message at a time, nothing left to guess after it.

RFC 5321 has no exactly-once, so what matters is that every ending has one name (`Verdict`), and that the
point of no return lies between the relay's 354 and the first byte of the body (PROTOCOL, the send protocol).
"""

import re
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from twoyes.lib import faults, hosts, limits
from twoyes.mail.outgoing.conversation import PATIENCE, Conversation, Lost, Patience, Stale, Untrusted
from twoyes.mail.outgoing.transport import Abort, Envelope, InARow, Verdict, aborted, cross, judge, readable, too_late

_RESTS = limits.SMTP_RESTS.total_seconds()

type Tls = Literal["none", "starttls", "implicit"]


@dataclass(frozen=True, slots=True)
class Server:
    """A relay and how to be let in. `ca` is a file of certificates to trust in place of the system's.

    One that is `named_by_user` and not by the operator is looked for on the open net alone (`hosts.outside`).
    """

    host: str
    port: int
    tls: Tls = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None
    named_by_user: bool = False


class SmtpTransport:
    """Hands envelopes to one relay; safe to share between threads and to create before a fork (B27).

    `strict_final_reply` is for relays that are known to answer 4xx to the dot and deliver all the same: such
    an answer is then `unknown` (C2). Raises `OSError` when the certificates of `server.ca` cannot be read.
    """

    def __init__(
        self,
        server: Server,
        *,
        patience: Patience = PATIENCE,
        strict_final_reply: bool = False,
        helo: str = "",
    ) -> None:
        self.server = server
        self.patience = patience
        self.strict_final_reply = strict_final_reply
        self.helo = helo or _own_name()
        self._context = None if server.tls == "none" else _trusting(server.ca)

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """See `Transport.send`. The connection is closed whatever happens, and before an exception leaves."""
        return _Run(self, 1).send(envelope, point_of_no_return=point_of_no_return)

    def in_a_row(self) -> InARow:
        """See `Lasting`: a connection whose letter was taken serves for the next, which saves TLS and signing in."""
        return _Run(self, limits.SMTP_LETTERS)

    def converse(self, talk: Conversation, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """Hand one envelope over, on a connection that was entered before or is opened now."""
        verdict = self._up_to_354(talk, envelope)
        if verdict is None:
            faults.point("after_354")
            until = cross(point_of_no_return, self.patience.allowance)
            verdict = self._hand_over(talk, envelope.message, until)
        return verdict

    def enter(self, talk: Conversation) -> Verdict | None:
        """Connect, insist on TLS, sign in. None when the relay waits for a letter; else why it turned us away.

        Raises `Lost` and `Untrusted`.
        """
        server = self.server
        context = self._context if server.tls == "implicit" else None
        code, reply = talk.open((server.host, server.port), context=context)
        if code != 220:
            return _turned_away(code, reply)
        code, reply = talk.ehlo()
        if code == 250 and server.tls == "starttls" and self._context:
            talk.secure(self._context, server.host)
            # Also forgets whatever was claimed in the clear (RFC 3207 4.2).
            code, reply = talk.ehlo()
        if code != 250:
            return _turned_away(code, reply)
        if server.user:
            talk.sign_in(server.user, server.password)
        return None

    def _up_to_354(self, talk: Conversation, envelope: Envelope) -> Verdict | None:
        """None when the relay waits for the message; else why it does not. Nothing can have left here."""
        try:
            return (None if talk.sock else self.enter(talk)) or _address(talk, envelope)
        except Untrusted as error:
            return Verdict("temporary", error.code, readable(error.text), before_dot=True, halt=True)
        except Stale:
            raise
        except Lost as error:
            return Verdict("temporary", 0, readable(str(error)), before_dot=True)

    def _hand_over(self, talk: Conversation, message: bytes, until: float) -> Verdict:
        """The body, the dot, the answer. The dot is sent alone, so that its absence can be certain."""
        try:
            talk.until(until)
            talk.send(dot_stuffed(message))
        except Lost as error:
            if time.monotonic() >= until:
                return too_late()
            return Verdict("temporary", 0, readable(str(error)), before_dot=True)
        if time.monotonic() > until:
            return too_late()
        try:
            talk.until(time.monotonic() + self.patience.final)
            talk.send(b".\r\n")
            faults.point("after_dot")
            code, reply = talk.getreply()
        except Lost as error:
            return Verdict("unknown", 0, readable(str(error)), before_dot=False)
        return self._final(judge(code, reply, after_dot=True))

    def _final(self, verdict: Verdict) -> Verdict:
        if verdict.kind == "sent":
            faults.point("after_250")
        elif verdict.kind == "temporary" and self.strict_final_reply:
            return replace(verdict, kind="unknown")
        return verdict


class _Run:
    """Letters in a row by one hand. Only an answer of `sent` leaves the connection beyond any doubt."""

    def __init__(self, relay: SmtpTransport, letters: int) -> None:
        self._relay, self._most = relay, letters
        self._kept: Conversation | None = None
        self._letters, self._since = 0, 0.0

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """See `Transport.send`: unless the letter was taken, the connection is closed before anybody hears."""
        talk, verdict = self._next(), None
        try:
            verdict = self._relay.converse(talk, envelope, point_of_no_return=point_of_no_return)
        except Abort:
            return aborted()
        except Stale:
            # Nothing of this letter was said yet, so it is no try of it. A new connection cannot be stale.
            return self.send(envelope, point_of_no_return=point_of_no_return)
        else:
            return verdict
        finally:
            self._part(talk, verdict)

    def rest(self) -> None:
        """See `InARow.rest`."""
        talk, self._kept = self._kept, None
        if talk is not None:
            talk.farewell()
            talk.hang_up()

    def _next(self) -> Conversation:
        talk, self._kept = self._kept, None
        if talk is not None:
            if time.monotonic() < self._since + _RESTS and talk.is_quiet():
                return talk
            talk.hang_up()
        self._letters = 0
        find = hosts.outside if self._relay.server.named_by_user else hosts.anywhere
        return Conversation(self._relay.helo, self._relay.patience, find)

    def _part(self, talk: Conversation, verdict: Verdict | None) -> None:
        self._letters += 1
        if verdict is not None and verdict.kind == "sent" and self._letters < self._most:
            talk.served = True
            self._kept, self._since = talk, time.monotonic()
            return
        if verdict is not None and verdict.code:
            # Only a relay that answered is waiting for a command; QUIT inside DATA would be text.
            talk.farewell()
        talk.hang_up()


def dot_stuffed(message: bytes) -> bytes:
    """A message as it travels inside DATA: a dot that begins a line is doubled (RFC 5321 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", message)


def _address(talk: Conversation, envelope: Envelope) -> Verdict | None:
    options = f" SIZE={len(envelope.message)}" if talk.has_extn("size") else ""
    talk.command_encoding = "utf-8" if envelope.international else "ascii"
    if envelope.international:
        if not talk.has_extn("smtputf8"):
            # Never transliterated: another spelling is another person (C28).
            return Verdict("refused", 0, "The relay has no SMTPUTF8 for this address.", before_dot=True)
        options += " BODY=8BITMIME SMTPUTF8"
    replies = talk.exchange(f"MAIL FROM:<{envelope.sender}>{options}", f"RCPT TO:<{envelope.recipient}>", "DATA")
    for (code, reply), right in zip(replies, (range(200, 300), range(200, 300), (354,)), strict=False):
        if code in right:
            continue
        if code < 400 or any(code == 354 for code, _reply in replies):
            # Out of step, or waiting for a letter to nobody, where QUIT would be text.
            talk.hang_up()
        if code < 400:
            raise (Stale if talk.served else Lost)("The relay answered before it was asked.")
        return judge(code, reply)
    if talk.has_heard_more():
        # Left unread, this would pass for the answer to a dot that was never sent.
        raise Lost("The relay answered before it was asked.")
    return None


def _turned_away(code: int, reply: bytes) -> Verdict:
    """A relay that will not talk to us at all says nothing about the recipient, so no letter fails by it."""
    verdict = judge(code, reply)
    return replace(verdict, kind="temporary", halt=verdict.halt or verdict.kind == "refused")


def _trusting(ca: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _own_name() -> str:
    # Not getfqdn(), which asks the name servers and may take long to hear nothing.
    name = socket.gethostname()
    return name if "." in name and re.fullmatch(r"[0-9A-Za-z.-]+", name) else "[127.0.0.1]"
