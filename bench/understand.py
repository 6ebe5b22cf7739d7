"""Messages understood a second, beside the standard library that only parses them, in one run.

The letters of the gold, and where they lie beside the checkout the bounces and replies of others. The standard library
parses with `policy.default`, walks the parts and decodes their text: what any reader of mail would have to do first.
"""

from __future__ import annotations

import email
import email.policy
import statistics
import time
from collections.abc import Callable

from tests.support.parts import CORPUS
from tests.tools.understood import LETTERS, letters, replies, sisimai
from twoyes.mail.incoming import understand

ROUNDS = 5

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return the figures, in processor time: medians of rounds in which both read all messages in turn."""
    some = _messages()
    work: dict[str, Callable[[bytes], object]] = {"understood": understand, "parsed by the standard library": _parsed}
    times: dict[str, list[float]] = {name: [] for name in work}
    for _round in range(ROUNDS):
        for name, reader in work.items():
            began = time.process_time()
            for raw in some:
                reader(raw)
            times[name].append(time.process_time() - began)
    ours, theirs = times.values()
    rows: Rows = [
        (f"messages {name}", len(some) / statistics.median(took), "messages/s") for name, took in times.items()
    ]
    ratio = statistics.median(other / own for own, other in zip(ours, theirs, strict=True))
    spread = f"{min(ours) / len(some) * 1e6:,.0f} to {max(ours) / len(some) * 1e6:,.0f}"
    return [
        *rows,
        ("understanding a message beside parsing it alone", ratio, "times faster"),
        ("a message understood, processor time, fastest and slowest round", spread, "µs"),
    ]


def _messages() -> list[bytes]:
    found = [one.raw for folder in sorted(LETTERS.iterdir()) if folder.is_dir() for one in letters(folder)]
    if CORPUS.is_dir():
        found += [one.raw for one in (*sisimai(), *replies())]
    return found


def _parsed(raw: bytes) -> int:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    length = sum(len(str(message[name])) for name in ("From", "To", "Subject", "Date", "References") if message[name])
    for part in message.walk():
        if part.get_content_maintype() == "text":
            try:
                length += len(part.get_content())
            except (LookupError, UnicodeError, KeyError):
                # An unknown charset; the standard library stops there.
                continue
    return length
