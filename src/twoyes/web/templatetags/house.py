"""What a page may know of the house that it stands in."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def post_room() -> bool:
    """Say whether letters stay in the post room, where somebody tries things out."""
    return bool(settings.POST_ROOM)
