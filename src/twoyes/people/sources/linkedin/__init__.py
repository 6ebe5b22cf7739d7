"""LinkedIn's `Connections.csv`, as exported and as re-saved by spreadsheets (QUIRKS 14).

The header is looked for below LinkedIn's note (`Notes:`, a sentence, an empty line), which re-saving loses;
columns are found by name in any order, others are left out; the separator is `,` or `;` or a tab.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from twoyes.lib.errors import Refused
from twoyes.people.sources import cleaning, table
from twoyes.people.sources.base import Entry, File, Record, Records, Rejection
from twoyes.people.sources.linkedin import dates

NEEDED = {"first name", "last name", "connected on"}


def recognises(head: str) -> bool:
    """Whether a line near the top names the columns of Connections.csv."""
    return table.header(head, NEEDED.issubset) is not None


def prepare(file: File) -> Records:
    """All connections of the file; those without a name, or with something unreadable, are rejected."""
    header = table.header(file.head(), NEEDED.issubset)
    assert header is not None
    written = (row["connected on"] for row in table.rows(file, header) if isinstance(row, table.Row))
    return partial(_records, file, header, dates.order(written))


def _records(file: File, header: table.Header, order: str) -> Iterator[Record]:
    for row in table.rows(file, header):
        if isinstance(row, Rejection):
            yield row
            continue
        try:
            yield _entry(row, order)
        except Refused as no:
            yield Rejection(row.line, no.sentence)


def _entry(row: table.Row, order: str) -> Entry:
    name = f"{row['first name']} {row['last name']}".strip()
    since = dates.parse(row["connected on"], order)
    said = cleaning.Said(
        name=name,
        organisation=row["company"],
        position=row["position"],
        known_since=since,
        addresses=[row["email address"]],
        profile=row["url"],
    )
    if not said.profile:
        said.uid = f"{name}\n{said.organisation}\n{since.isoformat() if since else ''}"
    return cleaning.entry(row.line, said)
