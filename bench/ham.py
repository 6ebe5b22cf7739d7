"""Ordinary mail for screening to leave alone: what was newly written in each, quotations and signatures left out."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

from twoyes.policy.screening import screen_message

CORPUS = Path("../shared/data/mail/spamassassin/easy-ham-1.mbox")
# From which mail on each five hundred begin; the phrases were tuned on the first two of them.
FIRST = 500
STRETCHES = {"tuned on": 0, "tuned on later": FIRST, "never read": 2 * FIRST}
WATCHED = frozenset({"sales_pitch", "brain_picking", "gift_nobody_wants"})
_BEGINS = re.compile(rb"(?m)^From .*\n")
_QUOTED = re.compile(r"\s*[>|:]|\S{1,8}>|.*\b(?:wrote|writes|said):\s*$")
_ENDS = re.compile(r"(?m)^(?:-- ?$|_{5,}|-{5,})")

type Alarm = tuple[int, str, str]


def texts(mbox: Path, *, begin: int = 0) -> Iterator[str]:
    """The new text of 500 mails that have any, from this one on."""
    written = (new_text(raw) for raw in _BEGINS.split(mbox.read_bytes())[1:])
    return islice((text for text in written if text.strip()), begin, begin + FIRST)


def new_text(raw: bytes) -> str:
    """What stands in a mail that was not quoted; empty where nothing can be read."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    try:
        body = message.get_body(("plain",))
        said = str(body.get_content()) if body else ""
    except (KeyError, LookupError, ValueError):
        return ""
    return _ENDS.split("\n".join(line for line in said.splitlines() if not _QUOTED.match(line)))[0]


def alarms(mbox: Path, *, begin: int = 0) -> list[Alarm]:
    """Where one of the watched rules is met in these 500: the number of the mail, the code, the phrase."""
    return [
        (number, found.code, found.quotes[0][1] if found.quotes else "")
        for number, text in enumerate(texts(mbox, begin=begin), begin)
        for found in screen_message(text)
        if found.code in WATCHED
    ]
