"""Files of rows and columns: where the header is, and each record below it, within limits (D17).

Each record is accounted for by the line where it begins, and one broken record costs no other.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.lib.text import fold
from twoyes.people.sources import base
from twoyes.people.sources.base import File, Rejection
from twoyes.people.sources.cleaning import tidy

# A cell longer than this is a broken quotation mark, not a name.
MOST_CHARS = 10_000
MOST_COLUMNS = 200
DELIMITERS = ",;\t"
# A note above the header is three lines long; re-saving can add a few.
LOOK_AT = 30

# The limit belongs to the whole process; it is the only one that reads such files.
csv.field_size_limit(MOST_CHARS)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the names of the columns stand, folded; where a name stands twice, the first counts."""

    line: int
    delimiter: str
    columns: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line where it begins, and its cells as they stand there."""

    line: int
    cells: tuple[str, ...]
    columns: Mapping[str, int]

    def __getitem__(self, column: str) -> str:
        """The cell under a folded heading, in one line; empty where there is none."""
        return tidy(self.raw(column))

    def raw(self, column: str) -> str:
        """The cell under a folded heading, with its line ends."""
        at = self.columns.get(column, len(self.cells))
        return self.cells[at] if at < len(self.cells) else ""


def header(head: str, fits: Callable[[frozenset[str]], bool]) -> Header | None:
    """The first line near the top whose headings fit. Raises Refused("too_many_columns")."""
    for number, line in zip(range(1, LOOK_AT + 1), io.StringIO(head, newline=""), strict=False):
        for delimiter in DELIMITERS:
            cells = [fold(tidy(cell)) for cell in cells_of(line, delimiter)]
            if len(cells) > 1 and fits(frozenset(cells)):
                if len(cells) > MOST_COLUMNS:
                    raise Refused("too_many_columns", _("The file has more than %d columns.") % MOST_COLUMNS)
                return Header(number, delimiter, {cell: at for at, cell in reversed(list(enumerate(cells)))})
    return None


def rows(file: File, header: Header) -> Iterator[Row | Rejection]:
    """The records below the header, each with its cells or with why it cannot be read. Blank lines are no records.

    A record that runs over several lines and does not fit the header has an open quotation mark: its first
    line is rejected and reading goes on with the next; what is shorter than the header there is the rest of it.
    Raises Refused("too_many_rows").
    """
    lines = _Lines(file.lines())
    lines.use(header.line - 1)
    width, count, opened = 0, 0, False
    while lines.more():
        if not lines.first().strip():
            lines.use(1)
            continue
        count += 1
        if count > base.MOST_RECORDS + 1:
            raise Refused("too_many_rows", _("The file has more than %d rows. Split it.") % base.MOST_RECORDS)
        found, used = _record(lines, header, width=width)
        if isinstance(found, Row) and opened and len(found.cells) < width:
            found, used = _open(found.line), 1
        opened = isinstance(found, _Open)
        if not width and isinstance(found, Row):
            width = len(found.cells)
        else:
            yield found
        lines.use(used)


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a single line; none where it cannot be read."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


class _Lines:
    """Lines that are looked at before they are used."""

    def __init__(self, source: Iterator[str]) -> None:
        self.source = source
        self.ahead: deque[str] = deque()
        self.number = 1

    def more(self) -> bool:
        return bool(self.ahead) or self._fetch()

    def first(self) -> str:
        return self.ahead[0]

    def look(self) -> Iterator[str]:
        """Yield what is not used yet, without using it."""
        at = 0
        while at < len(self.ahead) or self._fetch():
            yield self.ahead[at]
            at += 1

    def use(self, count: int) -> None:
        for _number in range(count):
            if self.more():
                self.ahead.popleft()
                self.number += 1

    def _fetch(self) -> bool:
        line = next(self.source, None)
        if line is None:
            return False
        self.ahead.append(line)
        return True


class _Open(Rejection):
    """A record with an open quotation mark: what comes next may be the rest of it."""


def _open(line: int) -> _Open:
    return _Open(line, _("A quotation mark is opened and not closed."))


def _closes(lines: _Lines, delimiter: str) -> bool:
    """Whether each quotation mark of this record is closed where a cell ends, and before the file does."""
    try:
        next(csv.reader(lines.look(), delimiter=delimiter, strict=True), None)
    except csv.Error:
        return False
    return True


def _record(lines: _Lines, header: Header, *, width: int) -> tuple[Row | Rejection, int]:
    """The record that begins here, and how many lines it used."""
    line = lines.number
    reader = csv.reader(lines.look(), delimiter=header.delimiter)
    try:
        cells = tuple(next(reader))
    except csv.Error:
        sentence = _("A cell is longer than %d characters: a quotation mark may be missing.")
        return Rejection(line, sentence % MOST_CHARS), 1
    if len(cells) > MOST_COLUMNS:
        return Rejection(line, _("More than %d columns.") % MOST_COLUMNS), 1
    if len(cells) < width and not _closes(lines, header.delimiter):
        return _open(line), 1
    if not width or len(cells) == width or (reader.line_num == 1 and not any(map(str.strip, cells[width:]))):
        return Row(line, cells, header.columns), reader.line_num
    if reader.line_num > 1:
        return _open(line), 1
    sentence = _("%(cells)d cells under %(width)d headings: a separator may stand inside a cell without quotes.")
    return Rejection(line, sentence % {"cells": len(cells), "width": width}), 1
