"""When somebody who is away says to be back, in eight languages: day and month, in words or numbers, or a weekday."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache

from twoyes.mail.incoming.understanding import lexicon

_CHARS = 3_000
_AHEAD = timedelta(days=400)
_NEAR = 60
"""Characters between a word of returning and the date that it is about."""
_ISO = re.compile(r"(?<!\d)(20\d\d)-(\d\d?)-(\d\d?)(?!\d)")
_NUMBERS = re.compile(r"(?<![\d.,/-])(\d{1,2})([./-])[ ]?(\d{1,2})(?:\2[ ]?(20\d\d|\d\d)(?!\d))?(?![\d:])")
_TOKEN = re.compile(r"[^\W_]+")


def back_on(text: str, *, sent: date | None) -> date | None:
    """Return the last date that the text says near a word of returning, else its last date after it was sent.

    A year that is not said is the next in which the day is still to come. Numbers are day and month, as in seven of
    the eight languages, but with slashes in an English text month and day where only that is possible.
    """
    if sent is None:
        return None
    said = text[:_CHARS]
    found = [(at, day) for at, day in _dates(said, sent) if sent <= day <= sent + _AHEAD]
    if not found:
        return None
    marks = _marks(said)
    near = [day for at, day in found if any(0 <= at - mark <= _NEAR for mark in marks)]
    return max(near or [day for _at, day in found])


@cache
def _months() -> dict[str, int]:
    """Return every name of a month, in full and short, in all languages."""
    return {
        name.strip(): number
        for lexicon_ in lexicon.languages()
        for number in range(1, 13)
        for name in lexicon_.of(f"months.m{number}")
    }


def _marks(said: str) -> list[int]:
    folded = lexicon.fold(said)
    words = [phrase.strip() for phrase in lexicon.everywhere("automatic.back")]
    return [found for word in words for found in _all(folded, word)]


def _all(text: str, word: str) -> list[int]:
    found: list[int] = []
    at = text.find(word)
    while at >= 0 and len(found) < 20:
        found.append(at)
        at = text.find(word, at + 1)
    return found


def _dates(said: str, sent: date) -> list[tuple[int, date]]:
    found = [(one.start(), _day(int(one[1]), int(one[2]), int(one[3]))) for one in _ISO.finditer(said)]
    for one in _NUMBERS.finditer(said):
        day, month = int(one[1]), int(one[3])
        if one[2] == "/" and month > 12:
            day, month = month, day
        found.append((one.start(), _next(day, month, _year(one[4]), sent)))
    found += _in_words(lexicon.fold(said), sent)
    return [(at, day) for at, day in found if day is not None]


def _in_words(folded: str, sent: date) -> list[tuple[int, date | None]]:
    """Return the dates that name a month: `7. Dezember 2026`, `December 7th`, `7 de diciembre de 2026`."""
    tokens = [(one.start(), one[0]) for one in _TOKEN.finditer(folded)]
    found: list[tuple[int, date | None]] = []
    for place, (at, word) in enumerate(tokens):
        month = _months().get(word)
        if month is None:
            continue
        near = [token for _at, token in tokens[max(0, place - 3) : place]]
        after = [token for _at, token in tokens[place + 1 : place + 4]]
        before = [token for token in reversed(near) if token not in {"de", "of", "di", "do"}]
        number = next(filter(None, map(_number, [*before[:1], *after[:1]])), 0)
        year = next((int(token) for token in after if token.isdigit() and len(token) == 4), None)
        if number:
            found.append((at, _next(number, month, year, sent)))
    return found


def _number(token: str) -> int:
    for end in ("st", "nd", "rd", "th", "er", "e", "o"):
        token = token.removesuffix(end)
    return int(token) if token.isdigit() and len(token) <= 2 and token.isascii() else 0


def _year(told: str | None) -> int | None:
    return None if not told else int(told) + (2000 if len(told) == 2 else 0)


def _next(day: int, month: int, year: int | None, sent: date) -> date | None:
    if year is not None:
        return _day(year, month, day)
    this = _day(sent.year, month, day)
    return this if this is None or this >= sent else _day(sent.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
