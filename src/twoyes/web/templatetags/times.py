"""How a day and an instant are written on a page, in the reader's language and zone."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

from twoyes.introductions import front as introductions

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a day such as 3 December 2026; "" for None."""
    # Translators: how a day is written, in Django's letters: 3 December 2026.
    return date_format(_here(value), pgettext("a day", "j F Y")) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """Return an instant such as 3 December 2026, 14:30 CET, with its zone (F16); "" for None."""
    # Translators: how a day and a time are written, in Django's letters: 3 December 2026, 14:30 CET.
    return date_format(_here(value), pgettext("a moment", "j F Y, H:i T")) if value else ""


@register.filter
def part_of_month(value: date) -> str:
    """Return a day that is known roughly, as in "early December 2026" (A5)."""
    return introductions.part_of_month(value)


def _here(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value
