"""What a page may know of the house that it stands in."""

from __future__ import annotations

from django import template
from django.conf import settings

from twoyes.introductions.front import State
from twoyes.web import desk_words

register = template.Library()


@register.simple_tag
def post_room() -> bool:
    """Say whether letters stay in the post room, where somebody tries things out."""
    return bool(settings.POST_ROOM)


@register.filter
def state_word(value: State) -> str:
    """Return what the desk calls a state."""
    return str(desk_words.STATES[value])
