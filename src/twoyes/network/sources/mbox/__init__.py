"""Mailboxes in one file: mboxo, mboxrd, mboxcl2, those of Takeout and Thunderbird, and pipermail's monthly texts."""

from __future__ import annotations

from collections.abc import Iterator

from twoyes.network.reading.archives import MBOX, Piece, pieces
from twoyes.network.sources.base import Kind, Opened


def recognises(head: bytes) -> bool:
    """Say whether a file begins with a line that begins a message; empty lines before it are passed over."""
    return MBOX.line.match(head.lstrip(b"\r\n")) is not None


def messages(file: Opened, start: int) -> Iterator[Piece]:
    """Yield the messages from a place on, which is 0 or one that was yielded before."""
    with file.open(start) as raw:
        yield from pieces(raw.read, MBOX, start=start)


KIND = Kind("mbox", recognises, messages)
