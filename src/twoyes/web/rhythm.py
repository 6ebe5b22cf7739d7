"""The rhythm of a tie as a small drawing: letters out above the line, letters back below, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from twoyes.lib import spoken
from twoyes.network import front as network

# In the drawing's own units, which are pixels on a phone.
WIDTH, HALF, LABEL = 312, 40, 18
_EACH = 8
# How wide a year is, written out.
_YEAR = 34


@dataclass(frozen=True, slots=True)
class Bar:
    """The letters of four weeks in one direction."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing in whole numbers, what it says in words, and the spans that are not empty as rows of a table."""

    out: tuple[Bar, ...]
    back: tuple[Bar, ...]
    years: tuple[tuple[int, int, int], ...]
    sentence: str
    rows: tuple[tuple[date, int, int], ...]
    width: int = WIDTH
    line: int = LABEL + HALF
    below: int = LABEL + 2 * HALF + 14
    foot: int = LABEL + 2 * HALF + 32
    bar: int = _EACH - 2


def chart(rhythm: network.Rhythm | None) -> Chart | None:
    """Return the drawing of a rhythm; None where there is none."""
    if rhythm is None:
        return None
    most = max(1, *rhythm.out, *rhythm.back)
    counted = zip(rhythm.out, rhythm.back, strict=True)
    rows = tuple((rhythm.day(span), out, back) for span, (out, back) in enumerate(counted) if out or back)
    line = LABEL + HALF
    up = tuple(Bar(x, line - height, height) for x, height in _heights(rhythm.out, most))
    down = tuple(Bar(x, line + 1, height) for x, height in _heights(rhythm.back, most))
    return Chart(up, down, tuple(_years(rhythm)), _said(rhythm), rows)


def _heights(counts: tuple[int, ...], most: int) -> Iterator[tuple[int, int]]:
    """Yield where each bar stands and how high it is: one letter can always be seen."""
    for span, count in enumerate(counts):
        if count:
            yield span * _EACH + 1, max(3, round(count / most * HALF))


def _years(rhythm: network.Rhythm) -> Iterator[tuple[int, int, int]]:
    """Yield where each year begins, and where it is written so that nothing is cut off."""
    for span in range(1, len(rhythm.out)):
        if rhythm.day(span).year != rhythm.day(span - 1).year:
            yield span * _EACH, min(span * _EACH + 4, WIDTH - _YEAR), rhythm.day(span).year


def _said(rhythm: network.Rhythm) -> str:
    """Say what the drawing shows: how many letters each way, in how many spans, and when there were most."""
    out = _way(rhythm.out, _("You wrote %(letters)s, in %(spans)s."), _("You wrote no letter."))
    back = _way(rhythm.back, _("They wrote %(letters)s, in %(spans)s."), _("They wrote no letter."))
    both = [sum(two) for two in zip(rhythm.out, rhythm.back, strict=True)]
    when = spoken.day(rhythm.day(both.index(max(both))))
    most = _("Most in the four weeks from %s.") % when
    return " ".join([_("The last three years, by four weeks."), out, back, most])


def _way(counts: tuple[int, ...], some: str, none: str) -> str:
    letters, spans = sum(counts), sum(1 for count in counts if count)
    if not letters:
        return none
    told = {
        "letters": ngettext("one letter", "%(count)d letters", letters) % {"count": letters},
        "spans": ngettext("one of 39 spans", "%(count)d of 39 spans", spans) % {"count": spans},
    }
    return some % told
