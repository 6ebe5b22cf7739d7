"""Functions that understand messages, well or badly, for the process that reads: the real one is tested apart."""

import email
import email.policy
import os
import signal
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from twoyes.mail.incoming.understanding import Bounced, Meeting, Understood

HERE = "tests.mail.incoming.shims"


def plain(raw: bytes) -> Understood:
    """Take the whole body for what was said."""
    return Understood("reply", new_text=raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2].decode("utf-8", "replace"))


def poisoned(raw: bytes) -> Understood:
    """Die in the manner that the message names, as a broken parser may."""
    if b"exit now" in raw:
        os._exit(1)
    if b"kill now" in raw:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"raise now" in raw:
        raise SystemExit("no words")
    if b"recurse now" in raw:
        return poisoned(raw)
    if b"eat now" in raw:
        return Understood("reply", new_text=str(len(bytearray(2 * 1024**3))))
    if b"spin now" in raw:
        while True:
            pass
    if b"sleep now" in raw:
        time.sleep(600)
    return plain(raw)


def careless(raw: bytes) -> Understood:
    """Read everything with the standard library, as no one should who gets mail from strangers."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    said = [str(message[name]) for name in message]
    return Understood("reply", new_text=f"{len(said)} {sum(1 for _ in message.walk())}")


def surroundings(_raw: bytes) -> Understood:
    """Tell what a process that reads can know."""
    loaded = [name for name in ("django", "twoyes.settings", "cryptography") if name in sys.modules]
    handles = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if int(one.name) > 2 and one.is_symlink()]
    return Understood("reply", new_text="\n".join([*os.environ, "--", *loaded, "--", *handles]))


def nonsense(_raw: bytes) -> Understood:
    """Return something that is none of what is expected."""
    return Understood("gift")  # type: ignore[arg-type]


def everything(_raw: bytes) -> Understood:
    """Return a value of each type, and a text that is no Unicode."""
    return Understood(
        "calendar",
        "later",
        "half a \ud83d pair, ünd 🙂",
        to=("a@x.example", "b@x.example"),
        sent_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        back_on=date(2026, 4, 1),
        bounced=Bounced("a@x.example", "failed", "5.1.1"),
        meeting=Meeting("request", ("a@x.example",), datetime(2026, 3, 3, 9, tzinfo=UTC)),
        truncated=True,
    )
