"""What relays do, good and bad, as a table: at which stage which bytes replace the ordinary answer.

Stages: connect, ehlo, starttls, auth, mail, rcpt, data, dot, rset, quit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

HANG_UP = b""
"""A reply that means: close the connection without a word."""

SILENCE = b"(silence)"
"""A reply that means: stay, and say nothing for ever."""


@dataclass(frozen=True, slots=True)
class Script:
    """`once`: the trouble comes only the first time for each recipient or message; `takes`: who has it then.

    `pace` is the time between the bytes of a scripted reply, `delay` the time before the answer to the dot;
    a relay that `leaves` closes the connection after a scripted reply.
    """

    name: str
    at: Mapping[str, bytes] = field(default_factory=dict)
    once: bool = False
    takes: bool = True
    offers: tuple[bytes, ...] = ()
    hides_tls: bool = False
    pace: float = 0.0
    delay: float = 0.0
    leaves: bool = False


GRID = (
    Script("accept"),
    Script("greylist_rcpt", {"rcpt": b"451 4.7.1 Greylisted, try again later\r\n"}, once=True),
    Script("busy_connect", {"connect": b"421 4.3.2 Too busy\r\n"}, once=True),
    Script("refuse_rcpt", {"rcpt": b"550 5.1.1 No such person here\r\n"}),
    Script("refuse_dot", {"dot": b"554 5.7.1 Not this message\r\n"}, takes=False),
    Script("later_dot", {"dot": b"451 4.3.0 Try again later\r\n"}, once=True, takes=False),
    Script("lose_250", {"dot": HANG_UP}),
    Script("drop_dot", {"dot": HANG_UP}, takes=False),
    Script("garbage_reply", {"dot": b"\xff\x00 mumble \x80\r\n"}),
)
"""The nine of the fault grid, by the same names as in `twoyes.mail.outgoing.memory`."""

_ENDLESS = b"".join(b"250-still talking\r\n" for _ in range(999)) + b"250 done\r\n"

OTHERS = (
    Script("no_starttls", hides_tls=True),
    Script("starttls_refused", {"starttls": b"454 4.7.0 TLS not available\r\n"}),
    Script("starttls_injection", {"starttls": b"220 2.0.0 Ready\r\n250-relay.test\r\n250 AUTH PLAIN\r\n"}),
    Script("auth_535", {"auth": b"535 5.7.8 Who are you\r\n"}, offers=(b"AUTH PLAIN LOGIN",)),
    Script("auth_ok", offers=(b"AUTH PLAIN",)),
    Script("auth_login", {"auth": b"334 UGFzc3dvcmQ6\r\n", "else": b"235 2.7.0 In\r\n"}, offers=(b"AUTH LOGIN",)),
    Script("auth_wanted", {"mail": b"530 5.7.0 Sign in first\r\n"}),
    Script("shut_door", {"connect": b"554 5.7.1 Not from your address\r\n"}),
    Script("busy_mail", {"mail": b"451 4.3.0 Not now\r\n"}),
    Script("busy_data", {"data": b"452 4.3.1 No room\r\n"}),
    Script("drop_rcpt", {"rcpt": HANG_UP}),
    Script("two_answers", {"rcpt": b"250 OK\r\n250 OK\r\n"}),
    Script("early_answer", {"data": b"354 Go ahead\r\n250 2.0.0 Queued\r\n"}),
    Script("many_lines", {"dot": _ENDLESS}),
    Script("long_line", {"dot": b"250 " + b"x" * 20_000 + b"\r\n"}),
    Script("nul_reply", {"dot": b"250 2.0.0 Qu\x00eued \x1b[31m\xc3\xa9\xff\r\n"}),
    Script("mixed_codes", {"dot": b"250-2.0.0 Queued\r\n550 5.0.0 Or not\r\n"}),
    Script("drip", {"dot": b"250 2.0.0 " + b"y" * 1_000 + b"\r\n"}, pace=0.05),
    Script("blackhole", {"connect": SILENCE}),
    Script("silent_dot", {"dot": SILENCE}),
    Script("quit_error", {"quit": b"500 5.5.1 Never\r\n"}),
    Script("quit_gone", {"quit": HANG_UP}),
    Script("quit_silent", {"quit": SILENCE}),
    Script("rewrites_id", {"dot": b"250 Ok 0102018f-3c1a-000000@eu-central-1.relay.test\r\n"}),
    Script("lying_4xx", {"dot": b"451 4.3.0 Try again later\r\n"}),
    Script("eai", offers=(b"8BITMIME", b"SMTPUTF8")),
)

SCRIPTS: dict[str, Script] = {script.name: script for script in (*GRID, *OTHERS)}
