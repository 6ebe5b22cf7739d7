"""Letters as the transports see them, and a point of no return that remembers whether it was asked."""

import hashlib
from dataclasses import dataclass, field, replace

from tests.support.relay import Relay
from twoyes.mail.outgoing.conversation import Patience
from twoyes.mail.outgoing.smtp import Server, SmtpTransport
from twoyes.mail.outgoing.transport import Envelope, Verdict

QUICK = Patience(connect=5, command=5, final=5, allowance=5, goodbye=0.2)

ASK = Envelope(
    sender="ask-7q2x@cora.example",
    recipient="tom@target.example",
    message=(
        b"From: Cora <intro@cora.example>\r\n"
        b"To: tom@target.example\r\n"
        b"Subject: May I introduce you to someone?\r\n"
        b"Message-ID: <ask-1@cora.example>\r\n"
        b"\r\n"
        b"Dear Tom,\r\n"
        b".a line that begins with a dot\r\n"
        b".\r\n"
        b"Cora\r\n"
    ),
    kind="ask",
    letter="letter000001",
    introduction="intro0000001",
)


def numbered(number: int) -> Envelope:
    """Another ask, with a Message-ID of its own."""
    return replace(ASK, message=ASK.message.replace(b"<ask-1@", b"<ask-%d@" % number))


def sha256(envelope: Envelope) -> str:
    """What a relay's log says of a message that arrived as it was."""
    return hashlib.sha256(envelope.message).hexdigest()


@dataclass
class Hook:
    """Counts how often it was passed; raises what it was given instead of returning."""

    raises: BaseException | None = None
    times: int = field(default=0)

    def __call__(self) -> None:
        self.times += 1
        if self.raises is not None:
            raise self.raises


def by_smtp(relay: Relay, patience: Patience = QUICK, *, strict: bool = False) -> SmtpTransport:
    """The way to this relay, without TLS and without the product's long time-outs."""
    server = Server("127.0.0.1", relay.port, "none")
    return SmtpTransport(server, patience=patience, strict_final_reply=strict, helo="cora.example")


def outcome(verdict: Verdict) -> tuple[str, int, bool, bool]:
    """A verdict without its words."""
    return verdict.kind, verdict.code, verdict.before_dot, verdict.halt
