"""The list that a person looks through before they let go what a restored or moved store holds back (F1)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from twoyes.introductions.facts import facts
from twoyes.introductions.models import Letter, LetterState
from twoyes.lib.errors import Refused


class HeldLetter(NamedTuple):
    """A letter that is held: its kind, to whom by name alone, about which introduction, and since when."""

    id: str
    kind: str
    name: str
    introduction: str
    since: datetime


def held_letters() -> list[HeldLetter]:
    """Return what is held, oldest first; the name is "" where nobody is left to write to."""
    held = Letter.objects.filter(state=LetterState.HELD).order_by("due_at")
    rows = held.values_list("pk", "kind", "introduction_id", "at")
    return [HeldLetter(pk, kind, _name(pk), introduction or "", at) for pk, kind, introduction, at in rows]


def _name(letter_id: str) -> str:
    try:
        return facts(letter_id).recipient_name
    except Refused:
        return ""
