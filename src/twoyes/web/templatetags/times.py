"""How a day, an instant and a quotation are written on a page, in the reader's language and zone."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from twoyes.lib import spoken

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """Return a day such as 3 December 2026; "" for None."""
    return spoken.day(_here(value)) if value else ""


@register.filter
def short_day(value: date | datetime) -> str:
    """Return a day such as 3 Dec."""
    return spoken.short_day(_here(value))


@register.filter
def moment(value: datetime | None) -> str:
    """Return an instant such as 3 December 2026, 14:30 CET, with its zone (F16); "" for None."""
    return spoken.moment(timezone.localtime(value)) if value else ""


@register.filter
def short_moment(value: datetime) -> str:
    """Return an instant such as 3 Dec 2026 14:30."""
    return spoken.short_moment(timezone.localtime(value))


@register.filter
def month(value: date) -> str:
    """Return a month such as December 2026."""
    return spoken.month(value)


@register.filter
def quoted(words: str) -> str:
    """Return somebody's words between quotation marks."""
    return spoken.quoted(words)


def _here(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value
