"""How days, months and quotations are written in the language that is active."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import pgettext


def day(value: date) -> str:
    """Return a day such as 3 December 2026."""
    # Translators: how a day is written, in Django's letters: 3 December 2026.
    return date_format(value, pgettext("a day", "j F Y"))


def short_day(value: date) -> str:
    """Return a day of this year such as 3 Dec."""
    # Translators: how a day is written where there is little room, in Django's letters: 3 Dec.
    return date_format(value, pgettext("a short day", "j M"))


def month(value: date) -> str:
    """Return a month such as December 2026."""
    # Translators: how a month is written, in Django's letters: December 2026.
    return date_format(value, pgettext("a month", "F Y"))


def moment(value: datetime) -> str:
    """Return an instant such as 3 December 2026, 14:30 CET, with its zone (F16)."""
    # Translators: how a day and a time are written, in Django's letters: 3 December 2026, 14:30 CET.
    return date_format(value, pgettext("a moment", "j F Y, H:i T"))


def proposal(value: datetime) -> str:
    """Return a time that is proposed such as Thursday 3 December, 14:30."""
    # Translators: how a time is proposed, in Django's letters: Thursday 3 December, 14:30.
    return date_format(value, pgettext("a proposal", "l j F, H:i"))


def short_moment(value: datetime) -> str:
    """Return an instant such as 3 Dec 2026 14:30, for a table."""
    # Translators: how a day and a time are written in a table, in Django's letters: 3 Dec 2026 14:30.
    return date_format(value, pgettext("a short moment", "j M Y H:i"))


def quoted(words: str) -> str:
    """Return somebody's words between quotation marks."""
    # Translators: somebody's own words, between the quotation marks of your language.
    return pgettext("a quotation", "“%s”") % words
