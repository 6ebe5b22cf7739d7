"""How strong a tie is, in a word."""

from __future__ import annotations

from django import template
from django.utils.translation import pgettext

from twoyes.network.front import Level

register = template.Library()


@register.filter
def tie(value: Level) -> str:
    """Return the word for a strength."""
    words = {
        Level.STRONG: pgettext("a tie", "strong"),
        Level.KNOWN: pgettext("a tie", "known"),
        Level.WEAK: pgettext("a tie", "weak"),
    }
    return words.get(value, pgettext("a tie", "unknown"))
