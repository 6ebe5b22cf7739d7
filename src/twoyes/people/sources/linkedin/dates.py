"""The dates in `Connected On`, as LinkedIn writes them and as spreadsheets in several countries re-save them.

Seen: `28 Jan 2024`, `1-Feb-24`, `30-oct-09`, `16.09.2021`, `2024-01-28`, `28/01/2024`, `1/28/24`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from twoyes.lib.text import fold

# The first letters without accents: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish.
_NAMES = (
    "jan ene gen",
    "feb fev",
    "mar maa mrt mrz",
    "apr abr avr",
    "may mai mei mag maj",
    "jun juin giu",
    "jul juil lug",
    "aug ago aou out",
    "sep set",
    "oct okt ott",
    "nov",
    "dec dez dic des",
)
MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
# LinkedIn opened in 2003, so two digits are always of this century.
FIRST_YEAR = 2003
_SEPARATORS = re.compile(r"[\s./,-]+")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")
_OF = {"de", "of"}


def order(written: Iterable[str]) -> str:
    """`day` or `month`, whichever the slashed dates of a file must begin with; "" where both are possible."""
    pairs = [(int(m[1]), int(m[2])) for text in written if (m := _SLASHED.fullmatch(text.strip()))]
    day_first = any(first > 12 for first, _second in pairs)
    month_first = any(second > 12 for _first, second in pairs)
    if day_first == month_first:
        return ""
    return "day" if day_first else "month"


def parse(written: str, order: str = "") -> date | None:
    """The date, or None where it cannot be read for sure: better none than one that may be months away."""
    parts = [part for part in _SEPARATORS.split(fold(written)) if part and part not in _OF]
    if len(parts) != 3:
        return None
    if _SLASHED.fullmatch(written.strip()):
        return _slashed(parts, order)
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    if not day.isdecimal():
        # `Jan 28, 2024`
        month, day = day, month
    return _date(year, _month(month), day)


def _slashed(parts: list[str], order: str) -> date | None:
    first, second, year = parts
    if order == "day":
        return _date(year, int(second), first)
    return _date(year, int(first), second) if order == "month" else None


def _month(word: str) -> int | None:
    if word.isdecimal():
        return int(word)
    return MONTHS.get(word[:4]) or MONTHS.get(word[:3])


def _date(year: str, month: int | None, day: str) -> date | None:
    if not (year.isdecimal() and day.isdecimal() and month and len(year) in (2, 4)):
        return None
    full = int(year) + 2000 if len(year) == 2 else int(year)
    try:
        return date(full, month, int(day)) if full >= FIRST_YEAR else None
    except ValueError:
        return None
