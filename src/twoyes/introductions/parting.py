"""The last letters of a connector who leaves: written while their name is still known, and sent afterwards (A29)."""

from __future__ import annotations

from datetime import datetime

from twoyes.introductions import engine
from twoyes.introductions.mailing import GUARDED
from twoyes.introductions.models import Letter, LetterState
from twoyes.introductions.records import Frozen, LetterFacts
from twoyes.lib import sealing

_WAITING = (LetterState.QUEUED, LetterState.CLAIMED, LetterState.HELD)


def last_letters(connector_id: str) -> list[str]:
    """Return the ids of the letters that a connector still owes others: notices, never asks or introductions."""
    letters = Letter.objects.filter(connector_id=connector_id, state__in=_WAITING)
    owed = letters.exclude(side="connector").exclude(kind__in=GUARDED)
    return list(owed.order_by("due_at", "pk").values_list("pk", flat=True))


@engine.verb
def keep_text(letter_id: str, frozen: Frozen, facts: LetterFacts) -> None:
    """Keep a letter as it reads now, with the name under it and whom it goes to: all that is about to be forgotten."""
    letter = Letter.objects.get(pk=letter_id)
    sealing.put_json(letter, "text", {"subject": frozen.subject, "text": frozen.text, "html": frozen.html})
    kept = {"connector_name": facts.connector_name, "to": facts.recipient, "to_name": facts.recipient_name}
    sealing.put_json(letter, "extra", kept)
    Letter.objects.filter(pk=letter_id).update(text=letter.text, text_sha256=frozen.sha256, extra=letter.extra)


@engine.verb
def drop_own(connector_id: str, now: datetime) -> int:
    """Drop what was due to the connector alone; how many letters that were."""
    mine = Letter.objects.filter(connector_id=connector_id, side="connector", state__in=_WAITING)
    return mine.update(state=LetterState.DROPPED, at=now)
