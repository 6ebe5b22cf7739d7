"""What every way out of the house has in common: one envelope in, one verdict back.

A transport asks its owner once, through `point_of_no_return`, at the last instant at which nothing can have
left. The owner commits that decision durably or raises `Abort`; see the send protocol and CASES 3.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from twoyes.lib import limits

type Kind = Literal["sent", "temporary", "refused", "unknown", "aborted", "drafted"]

LONGEST_LINE = 998
"""Octets a line of a message may have without its CRLF (RFC 5322 2.1.1)."""

LONGEST_TEXT = 200
"""Characters that are kept of what a relay said."""

ALLOWANCE = limits.PONR_TO_DOT.total_seconds()
"""Seconds, monotonic, that may pass between the point of no return and the final dot (B4)."""

NOT_TRUSTED_CODES = frozenset({530, 534, 535, 538})
"""Replies that speak about how we signed in and never about the recipient (RFC 4954 6)."""

_ADDRESS = re.compile(r"[^\s<>,;:@\\()\[\]\x00-\x1f\x7f]+@[^\s<>,;@\\()\x00-\x1f\x7f]+")
_LABEL = re.compile(r"[0-9A-Za-z_-]*")


class Abort(Exception):
    """Raised by a point of no return that must not be passed: the letter stays where it is."""


class NotFitToSend(ValueError):
    """An envelope that would be changed, split or misread on its way; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One letter to one person (C7): the bytes are handed over exactly as they stand here.

    `message` has CRLF line ends only, at most 998 octets a line, no NUL, and is 7-bit unless an address is
    international (C12, D27). `kind`, `letter` and `introduction` are ours and never leave by SMTP.
    Raises `NotFitToSend` for anything else, so no transport has to mend or guess.
    """

    sender: str
    recipient: str
    message: bytes
    kind: str = ""
    letter: str = ""
    introduction: str = ""

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.recipient):
            raise NotFitToSend("The recipient of a letter is exactly one address.")
        if self.sender and not _ADDRESS.fullmatch(self.sender):
            raise NotFitToSend("The return path of a letter is one address, or empty.")
        if not all(_LABEL.fullmatch(label) for label in (self.kind, self.letter, self.introduction)):
            raise NotFitToSend("Kind, letter and introduction are plain ids.")
        _fit_to_send(self.message, seven_bit=not self.international)

    @property
    def international(self) -> bool:
        """Whether an address needs SMTPUTF8 (RFC 6531)."""
        return not (self.sender + self.recipient).isascii()


def _fit_to_send(message: bytes, *, seven_bit: bool) -> None:
    lines = message.split(b"\r\n")
    if len(lines) < 2 or lines[-1]:
        raise NotFitToSend("A message ends with CRLF.")
    if any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines):
        raise NotFitToSend("A message holds no bare CR, bare LF or NUL.")
    if max(map(len, lines)) > LONGEST_LINE:
        raise NotFitToSend(f"A line of a message has at most {LONGEST_LINE} octets.")
    if seven_bit and not message.isascii():
        raise NotFitToSend("A message is 7-bit; bodies are base64 or quoted-printable.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one envelope.

    `sent`: the relay has it. `temporary`: it has not, try again. `refused`: it has not and will not.
    `unknown`: past the point of no return without a clear answer, never to be sent again by itself.
    `aborted`: the owner said no. `drafted`: it lies in somebody's Drafts, who sends it or does not. `before_dot` means
    that the final dot was certainly never handed over, so no copy can exist. `halt` means that the relay or our
    account is in trouble, not this letter: all sending stops until someone looked (C9, C10). `text` is at most 200
    printable characters.
    """

    kind: Kind
    code: int
    text: str
    before_dot: bool
    halt: bool = False


class Transport(Protocol):
    """A relay, real or not."""

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        """Hand one envelope over, calling `point_of_no_return` once, just before anything can leave.

        `Abort` from the hook becomes the verdict `aborted`; any other exception of the hook reaches the
        caller, but only once the connection is closed without the dot (B7).
        """


class InARow(Transport, Protocol):
    """A transport in one hand, which may keep something open between its letters."""

    def rest(self) -> None:
        """Close what is kept open: nothing is to be sent for a while. The next letter opens it again."""


@runtime_checkable
class Lasting(Protocol):
    """A transport whose letters cost less in a row."""

    def in_a_row(self) -> InARow:
        """Return this way out for one worker alone: not to be shared between threads, nor taken into a fork."""


@dataclass(frozen=True, slots=True)
class _OneByOne:
    transport: Transport

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        return self.transport.send(envelope, point_of_no_return=point_of_no_return)

    def rest(self) -> None:
        """Keep nothing open, as ever."""


def in_a_row(transport: Transport) -> InARow:
    """Return the same way out for letters in a row, whether that makes a difference to it or not."""
    return transport.in_a_row() if isinstance(transport, Lasting) else _OneByOne(transport)


def readable(reply: bytes | str) -> str:
    """A reply as it may be stored and shown: one line, printable, at most 200 characters (C8)."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    words = "".join(char if char.isprintable() else " " for char in text).split()
    return " ".join(words)[:LONGEST_TEXT]


def judge(code: int, reply: bytes | str, *, after_dot: bool = False) -> Verdict:
    """Translate one well-formed reply that ends a transaction, once and for every transport.

    2xx counts as sent only as the answer to the dot. An answer that fits nowhere is `temporary` while
    nothing can have left and `unknown` after the dot: between the two no relay is asked anything.
    """
    text, before_dot = readable(reply), not after_dot
    if code in NOT_TRUSTED_CODES and before_dot:
        return Verdict("temporary", code, text, before_dot, halt=True)
    kind: Kind = "unknown" if after_dot else "temporary"
    if after_dot and 200 <= code <= 299:
        kind = "sent"
    elif 400 <= code <= 499:
        kind = "temporary"
    elif 500 <= code <= 599:
        kind = "refused"
    return Verdict(kind, code, text, before_dot)


def cross(point_of_no_return: Callable[[], None], allowance: float = ALLOWANCE) -> float:
    """Pass the point of no return; return the monotonic instant after which the dot may no longer be sent.

    The clock starts before the hook, since the commit lies somewhere inside it and a process that is
    stopped right after the commit must be noticed too (B4).
    """
    until = time.monotonic() + allowance
    point_of_no_return()
    return until


def aborted() -> Verdict:
    """The verdict for an `Abort`: nothing left, and nothing changed."""
    return Verdict("aborted", 0, "Not sent: the letter was no longer allowed to leave.", before_dot=True)


def too_late() -> Verdict:
    """The verdict when the dot came too late to be sent: nothing left, but the row says `xmit` (B4)."""
    return Verdict("unknown", 0, "Not sent: too much time passed after the last check.", before_dot=True)
