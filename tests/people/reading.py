"""Reading a contact file in a test as an import does: looked over once, read as often as needed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from twoyes.people import deciding, sources, writing
from twoyes.people.matching import Match, source_key
from twoyes.people.sources.base import Entry, Record, Rejection

FIXTURES = Path(__file__).parent / "fixtures"


def records(data: bytes | str, name: str = "file", owner: str = "Cora Connects") -> tuple[str, list[Record]]:
    """The kind that was detected, and every record in its order."""
    raw = data.encode() if isinstance(data, str) else data
    kind, file = sources.detected(name, lambda: BytesIO(raw), owner)
    read = kind.prepare(file)
    found = list(read())
    assert found == list(read()), "what is read twice says the same"
    return kind.name, found


def people(data: bytes | str) -> dict[str, Entry]:
    """The people of a file by name."""
    return {one.name: one for one in records(data)[1] if isinstance(one, Entry)}


def rejected(data: bytes | str) -> dict[int, str]:
    """The reason for each line that is not taken."""
    return {one.line: one.why for one in records(data)[1] if isinstance(one, Rejection)}


def would_be_written(entry: Entry) -> None:
    """Build everything that an import would write of an entry: what raises here would stop a file in its middle."""
    Match(entry, source_key(entry))
    assert all(isinstance(mark, (str, list)) for mark in deciding.marks(entry).values())
    row = writing._card("owner0000000", entry)
    for value in (row.name, row.organisation, row.position, row.search, row.name_key):
        assert len(value.encode()) <= 8000
        assert "\0" not in value
    assert max(map(len, (row.name, row.organisation, row.position))) <= 200
    assert len({(one.kind, one.key) for one in writing._points(row.pk, entry)}) == len(
        list(writing._points(row.pk, entry))
    )
