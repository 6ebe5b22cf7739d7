"""What a page may know of the house that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape as _escape

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from twoyes.introductions.front import DeskRow, State
from twoyes.web import desk_words

register = template.Library()


@register.simple_tag
def desk_bar() -> SafeString:
    """Return the bar above every page of a desk: the same for everybody in one language, so written once."""
    return _bar(get_language() or "", bool(settings.POST_ROOM))


@lru_cache(maxsize=64)
def _bar(_spoken: str, trying: bool) -> SafeString:
    return render_to_string("web/part/desk_bar.html", {"trying": trying})


@register.filter
def state_word(value: State) -> str:
    """Return what the desk calls a state."""
    return str(desk_words.STATES[value])


@register.simple_tag
def desk_rows(rows: Sequence[DeskRow], current: str = "") -> SafeString:
    """Return lines of the desk's list. Written here, as thirty of them took a template longer than all else."""
    words = {state: _escape(str(desk_words.STATES[state])) for state in {row.state for row in rows}}
    ages = {days: _escape(_age(days)) for days in {row.age_days for row in rows}}
    lines = [
        f'<li><a href="/desk/introductions/{row.id}/"{_HERE if row.id == current else ""}>'
        f'<b dir="auto">{_name(row.requester)} → {_name(row.target)}</b>'
        f"<small>{words[row.state]} · {ages[row.age_days]}</small></a></li>\n"
        for row in rows
    ]
    return SafeString(f'<ul class="list">\n{"".join(lines)}</ul>')


_HERE = ' aria-current="page"'


def _name(said: str) -> str:
    return _escape(said) if said else "…"


def _age(days: int) -> str:
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days} if days else _("since today")
