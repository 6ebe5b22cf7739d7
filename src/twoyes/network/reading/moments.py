"""When a message was written: the dates of mail as they are, from RFC 5322 to what programs of 1996 wrote."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import date
from email.utils import mktime_tz, parsedate_tz
from functools import lru_cache

_MONTHS = {name: number for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_ZONES = {
    b"ut": 0, b"utc": 0, b"gmt": 0, b"z": 0, b"wet": 0, b"west": 60, b"bst": 60, b"met": 60, b"mez": 60, b"cet": 60,
    b"mest": 120, b"mesz": 120, b"cest": 120, b"eet": 120, b"eest": 180, b"msk": 180, b"jst": 540, b"kst": 540,
    b"ast": -240, b"adt": -180, b"est": -300, b"edt": -240, b"cst": -360, b"cdt": -300, b"mst": -420, b"mdt": -360,
    b"pst": -480, b"pdt": -420,
}  # fmt: skip
_DATE = re.compile(
    rb"\s*(?:[A-Za-z]{2,9}\.?,?\s+)?(\d{1,2})[ \t\n-]+([A-Za-z]{3})[a-z]*\.?[ \t\n-]+(\d{2,4})[ \t\n]+"
    rb"(\d{1,2}):(\d{2})(?::(\d{2}))?[ \t\n]*([+-]\d{4}|[A-Za-z]{1,5})?"
)
_LONGEST = 120
# Mail is younger than this; what claims to be older, or to come from the future, has a broken clock.
FIRST = timegm((1971, 1, 1, 0, 0, 0))
# The first moment of machines without a clock: nobody wrote a letter in this very second.
_NO_CLOCK = timegm((1980, 1, 1, 0, 0, 0))


def moment(value: bytes) -> int | None:
    """Return the seconds since 1970 (UTC) that a Date field names, or None where it names none that can be."""
    value = value[:_LONGEST]
    match = _DATE.match(value)
    if match is None:
        return _slowly(value)
    day, name, year_text, hour, minute, second, zone = match.groups()
    month = _MONTHS.get(name.lower())
    offset = _offset(zone)
    if month is None or offset is None:
        return _slowly(value)
    year = int(year_text)
    if year < 100:
        year += 1900 if year > 68 else 2000
    midnight = _day(year, month, int(day))
    clock = int(hour) * 3600 + int(minute) * 60 + min(int(second or 0), 60)
    if midnight is None or clock > 86400:
        return None
    return _likely(midnight + clock - offset * 60)


@lru_cache(maxsize=512)
def _day(year: int, month: int, day: int) -> int | None:
    try:
        return (date(year, month, day).toordinal() - 719163) * 86400
    except ValueError:
        return None


@lru_cache(maxsize=512)
def _offset(zone: bytes | None) -> int | None:
    if not zone:
        return 0
    if zone[0] in b"+-":
        minutes = int(zone[1:3]) * 60 + int(zone[3:5])
        return minutes if zone[0] == 43 else -minutes
    return _ZONES.get(zone.lower())


def _slowly(value: bytes) -> int | None:
    """Let the standard library try: it knows more forms, and takes its time."""
    try:
        parts = parsedate_tz(value.decode("ascii", "replace"))
        return _likely(int(mktime_tz(parts))) if parts else None
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _likely(at: int) -> int | None:
    return at if at >= FIRST and at != _NO_CLOCK else None
