"""The list that a person looks through before they let go what a restored or moved store holds back (F1)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from twoyes.introductions import engine
from twoyes.introductions.facts import facts
from twoyes.introductions.models import Letter, LetterState
from twoyes.lib import store
from twoyes.lib.errors import Refused
from twoyes.lib.models import Installation


class HeldLetter(NamedTuple):
    """A letter that is held: its kind, to whom by name alone, about which introduction, and since when."""

    id: str
    kind: str
    name: str
    introduction: str
    since: datetime


def held() -> list[str]:
    """Return the ids of held letters, oldest first, for the operator's list."""
    return list(Letter.objects.filter(state=LetterState.HELD).order_by("due_at").values_list("pk", flat=True))


def held_letters() -> list[HeldLetter]:
    """Return what is held, oldest first; the name is "" where nobody is left to write to."""
    held = Letter.objects.filter(state=LetterState.HELD).order_by("due_at")
    rows = held.values_list("pk", "kind", "introduction_id", "at")
    return [HeldLetter(pk, kind, _name(pk), introduction or "", at) for pk, kind, introduction, at in rows]


@engine.verb
def release(letter_ids: list[str], now: datetime) -> int:
    """A person looked at them: let these held letters go, in a new generation if store and file disagree.

    Where the file was away for a while, what is held is of the very generation that counts again: then, too, a new one
    begins, and what else waits is held until it was looked at.
    """
    held = Letter.objects.filter(pk__in=letter_ids, state=LetterState.HELD)
    if not store.check_generation() or held.filter(generation=Installation.the().generation).exists():
        store.bump_generation()
    generation = Installation.the().generation
    letters = held.filter(generation__lt=generation)
    return letters.update(state=LetterState.QUEUED, generation=generation, at=now)


def _name(letter_id: str) -> str:
    try:
        return facts(letter_id).recipient_name
    except Refused:
        return ""
