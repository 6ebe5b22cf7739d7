"""What time will bring next: the post room says it in words before its clock is moved there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from twoyes.introductions.deadlines import next_due
from twoyes.introductions.models import Introduction, Letter, LetterState
from twoyes.introductions.protocol import Side, record
from twoyes.lib import sealing
from twoyes.people import front as people

LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Coming:
    """The next thing: a deadline by its name in the protocol, or `letter`, of this `kind` and to this side.

    `asker` and `asked` are names; in an offer `asked` is whose turn it is. They are for eyes that may see everything.
    """

    at: datetime
    event: str
    connector: str
    kind: str = ""
    side: str = ""
    introduction: str = ""
    asker: str = ""
    asked: str = ""


def coming(now: datetime) -> Coming | None:
    """Return the next thing that will happen by itself after `now`, or None. For the post room alone."""
    at = next_due(now)
    if at is None:
        return None
    row = Introduction.objects.filter(next_at=at).first()
    if row is not None:
        timer = record.from_json(row.snapshot).next_timer
        return _about(row, at, timer.name if timer else "")
    letter = Letter.objects.filter(state=LetterState.QUEUED, due_at=at).select_related("introduction").first()
    if letter is None:
        return None
    if letter.introduction is None:
        return Coming(at, LETTER, _connector(letter.connector_id), letter.kind, letter.side)
    return _about(letter.introduction, at, LETTER, letter)


def _about(row: Introduction, at: datetime, event: str, letter: Letter | None = None) -> Coming:
    said: dict[str, str] = sealing.get_json(row, "words") or {}
    side = record.from_json(row.snapshot).side
    first, target = (_card(row.connector_id, card) for card in (row.first_id, row.target_id))
    asked = first if side is Side.FIRST else target or said.get("target", "")
    return Coming(
        at=at,
        event=event,
        connector=_connector(row.connector_id),
        kind=letter.kind if letter else "",
        side=letter.side if letter else "",
        introduction=row.pk,
        asker=said.get("name", "") or first,
        asked=asked,
    )


def _card(owner_id: str, card_id: str | None) -> str:
    card = people.card(owner_id, card_id) if card_id else None
    return card.name if card else ""


def _connector(connector_id: str) -> str:
    found = people.connector_by_id(connector_id)
    return found.name if found else ""
