"""Tables as other programs read them: CSV in which no cell is ever a formula (OWASP ASVS 1.2.10; CASES D18)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet takes for the beginning of a formula, or drops before it looks for one.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table line by line, its columns first: UTF-8 with a mark, every cell quoted, lines ended by CRLF."""
    yield "\ufeff" + _line(columns)
    for row in rows:
        yield _line([cell(one) for one in row])


def cell(text: str) -> str:
    """Return a text as a cell holds it: what a spreadsheet would calculate stands behind an apostrophe."""
    plain = text.replace("\0", "")
    return f"'{plain}" if plain.startswith(_BEGINS) else plain


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
