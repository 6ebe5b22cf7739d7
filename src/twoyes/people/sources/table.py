"""Files of rows and columns: from bytes to text, and from text to records, within limits (D17).

Each record is accounted for by the line where it begins, and one broken record costs no other.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused

# The largest file of contacts that anybody was seen to have is far below.
MOST_BYTES = 50 * 1024 * 1024
# LinkedIn ends at 30,000 connections.
MOST_RECORDS = 100_000
# A cell longer than this is a broken quotation mark, not a name.
MOST_CHARS = 10_000
MOST_COLUMNS = 200

# The limit belongs to the whole process; it is the only one that reads such files.
csv.field_size_limit(MOST_CHARS)

ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh")
UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, or why it could not be read."""

    line: int
    cells: tuple[str, ...] = ()
    why: str = ""


def text_of(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, or else in the Windows encoding that spreadsheets save in.

    A byte that is neither stays as a lone surrogate, so that only its own record is rejected. Raises Refused:
    too_big, archive, empty_file, utf16, binary; each sentence says what to do.
    """
    if len(data) > MOST_BYTES:
        sentence = _("“%(name)s” is larger than %(limit)d MB. Split it into several files.")
        raise Refused("too_big", sentence % {"name": name, "limit": MOST_BYTES // 1024**2})
    if data.startswith(ARCHIVES):
        sentence = _("“%s” is an archive or a workbook. Unpack it, or save the sheet as CSV (UTF-8), and import that.")
        raise Refused("archive", sentence % name)
    if not data.strip():
        raise Refused("empty_file", _("“%s” is empty.") % name)
    if data.startswith(UTF16) or data[:40].count(0) > 10:
        raise Refused("utf16", _("“%s” is in UTF-16. Save it as CSV (UTF-8) and import that.") % name)
    if b"\0" in data:
        raise Refused("binary", _("“%s” is not a text file. Save it as CSV (UTF-8) and import that.") % name)
    return _decoded(data)


def records(text: str, *, first_line: int, delimiter: str) -> Iterator[Record]:
    """The records from a line on (counted from 1), the header first. Blank lines are no records.

    A record that runs over several lines and does not fit the header has an open quotation mark: its first
    line is rejected and reading goes on with the next. Raises Refused("too_many_rows").
    """
    lines = list(io.StringIO(text, newline=""))
    width, count, at = 0, 0, first_line - 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        count += 1
        if count > MOST_RECORDS:
            raise Refused("too_many_rows", _("The file has more than %d rows. Split it.") % MOST_RECORDS)
        record, used = _record(lines, at, delimiter, width=width)
        width = width or len(record.cells)
        yield record
        at += used


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a single line, tidied; none where it cannot be read."""
    try:
        return [tidy(cell) for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def tidy(cell: str) -> str:
    """A cell in one line, without byte order marks, controls and invisible characters, in NFC (D6).

    Joiners stay between letters or emoji that need them; elsewhere `lib.text` would refuse the whole name.
    """
    if cell.isascii() and cell.isprintable():
        return " ".join(cell.split())
    shown = "".join(_seen(cell, place) for place in range(len(cell)))
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def unreadable(cells: tuple[str, ...]) -> bool:
    """Whether a cell holds a byte that was not in the encoding of the file."""
    return any("\udc80" <= char <= "\udcff" for cell in cells for char in cell)


def _record(lines: list[str], at: int, delimiter: str, *, width: int) -> tuple[Record, int]:
    """The record that begins at a line, and how many lines it used."""
    reader = csv.reader((lines[number] for number in range(at, len(lines))), delimiter=delimiter)
    try:
        cells, why = tuple(tidy(cell) for cell in next(reader)), ""
    except csv.Error:
        cells, why = (
            (),
            _("A cell is longer than %d characters: a quotation mark may be missing.") % MOST_CHARS,
        )
    if len(cells) > MOST_COLUMNS:
        return Record(at + 1, why=_("More than %d columns.") % MOST_COLUMNS), 1
    fits = not width or len(cells) == width or (reader.line_num == 1 and not any(cells[width:]))
    if why or (fits and cells):
        return Record(at + 1, cells, why), 1 if why else reader.line_num
    if reader.line_num > 1:
        return Record(at + 1, why=_("A quotation mark is opened and not closed.")), 1
    sentence = _("%(cells)d cells under %(width)d headings: a separator may stand inside a cell without quotes.")
    return Record(at + 1, why=sentence % {"cells": len(cells), "width": width}), 1


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        loose = data.decode("utf-8-sig", "surrogateescape")
    broken = sum("\udc80" <= char <= "\udcff" for char in loose)
    foreign = sum(char > "\x7f" for char in loose) - broken
    # Some broken bytes among many good ones are damage; nothing but broken bytes is another encoding.
    return loose if foreign > broken else data.decode("cp1252", "surrogateescape")


def _seen(cell: str, place: int) -> str:
    char = cell[place]
    category = unicodedata.category(char)
    if category == "Cc":
        return " "
    if category != "Cf":
        return char
    around = cell[place - 1 : place] + cell[place + 1 : place + 2] if place else ""
    joins = char in "\u200c\u200d" and len(around) == 2 and not any(c.isascii() for c in around)
    return char if joins and not any(unicodedata.category(c) == "Cf" for c in around) else ""
