"""LinkedIn's `Connections.csv`, as exported and as re-saved by spreadsheets (QUIRKS 14).

The header is looked for below LinkedIn's note (`Notes:`, a sentence, an empty line), which re-saving loses;
columns are found by name in any order, others are left out; the separator is `,` or `;` or a tab.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.lib import addresses, limits, text
from twoyes.lib.errors import Refused
from twoyes.people.sources.base import Entry, Reading
from twoyes.people.sources.linkedin import dates
from twoyes.people.sources.table import MOST_COLUMNS, Record, cells_of, records, unreadable

NEEDED = {"first name", "last name", "connected on"}
DELIMITERS = ",;\t"
# The note above the header is three lines long; re-saving can add a few.
LOOK_AT = 30


@dataclass(frozen=True, slots=True)
class Header:
    line: int
    delimiter: str
    columns: dict[str, int]


def recognises(file: str) -> bool:
    """Whether a line near the top names the columns of Connections.csv."""
    return _header(file) is not None


def read(file: str) -> Reading:
    """All connections of the file; those without a name, or with something unreadable, are rejected."""
    header = _header(file)
    reading = Reading()
    if header is None:
        return reading
    rows = []
    for record in records(file, first_line=header.line, delimiter=header.delimiter):
        if record.line == header.line:
            continue
        if record.why:
            reading.rejected.append((record.line, record.why))
        else:
            rows.append((record, _by_column(record, header)))
    order = dates.order(row["connected on"] for _record, row in rows)
    for record, row in rows:
        try:
            reading.entries.append(_entry(record, row, order))
        except Refused as no:
            reading.rejected.append((record.line, no.sentence))
    reading.rejected.sort()
    return reading


def _header(file: str) -> Header | None:
    for number, line in enumerate(_first_lines(file), start=1):
        for delimiter in DELIMITERS:
            cells = [cell.lower() for cell in cells_of(line, delimiter)]
            if set(cells) >= NEEDED:
                if len(cells) > MOST_COLUMNS:
                    raise Refused("too_many_columns", _("The file has more than %d columns.") % MOST_COLUMNS)
                return Header(number, delimiter, {cell: at for at, cell in enumerate(cells)})
    return None


def _first_lines(file: str) -> Iterator[str]:
    lines = io.StringIO(file, newline="")
    return (line for _number, line in zip(range(LOOK_AT), lines, strict=False))


def _by_column(record: Record, header: Header) -> dict[str, str]:
    wanted = ("first name", "last name", "email address", "company", "position", "connected on", "url")
    places = {name: header.columns.get(name, len(record.cells)) for name in wanted}
    return {name: record.cells[at] if at < len(record.cells) else "" for name, at in places.items()}


def _entry(record: Record, row: dict[str, str], order: str) -> Entry:
    if unreadable(record.cells):
        raise Refused("bad_text", _("A character cannot be read. Save the file as CSV (UTF-8)."))
    name = f"{row['first name']} {row['last name']}".strip()
    if not any(char.isalnum() for char in name):
        raise Refused("no_name", _("There is no name in this row."))
    address = row["email address"]
    return Entry(
        line=record.line,
        name=_line(name, _("The name")),
        organisation=_line(row["company"], _("The company")),
        position=_line(row["position"], _("The position")),
        known_since=dates.parse(row["connected on"], order),
        address=addresses.parse(address) if address else "",
        profile=row["url"] if row["url"].startswith(("https://", "http://")) else "",
    )


def _line(value: str, field: str) -> str:
    return text.one_line(value, limit=limits.NAME_LENGTH, field=field)
