"""Calendars: each event is looked at for who took part and when, and for nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from twoyes.network.reading import meetings
from twoyes.network.reading.archives import Piece
from twoyes.network.sources.base import Kind, Opened


def recognises(head: bytes) -> bool:
    """Say whether a file begins like a calendar."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(b"BEGIN:VCALENDAR")


def events(file: Opened, start: int) -> Iterator[Piece]:
    """Yield the events from a place on: of each, the lines that say who and when."""
    with file.open(0) as raw:
        for block in meetings.blocks(raw, start):
            yield Piece(block.place, block.lines)


KIND = Kind("ics", recognises, events, meetings=True)
