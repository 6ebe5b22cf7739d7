"""What the table would take now, asked without doing it: so that nobody is offered what would be refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from twoyes.introductions.protocol import Actor, Event, Origin, Role, advance
from twoyes.introductions.protocol.snapshot import Introduction as Snapshot
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.lib.errors import Refused

_NOTED = {answer: f"noted_{answer}" for answer in ("yes", "no", "never", "later", "their_details")}


def noted(snapshot: Snapshot, now: datetime) -> tuple[str, ...]:
    """Return the answers given elsewhere that would be taken as the connector's word, of either side of an offer."""
    sides = ("first", "second") if snapshot.origin is Origin.OFFERED else (str(snapshot.side),)
    return answers(snapshot, _NOTED, Role.CONNECTOR, sides, now)


def answers(
    snapshot: Snapshot, kinds: Mapping[str, str], role: Role, sides: Iterable[str], now: datetime
) -> tuple[str, ...]:
    """Return which of these answers, each with its event, would be taken from this role for any of the sides."""
    found: list[str] = []
    for answer, kind in kinds.items():
        if any(_takes(snapshot, kind, role, side, now) for side in sides):
            found += ("yes", "written_only") if answer == "yes" else (answer,)
    return tuple(found)


def _takes(snapshot: Snapshot, kind: str, role: Role, side: str, now: datetime) -> bool:
    data: dict[str, Scalar] = {"side": side, "until": (now + timedelta(days=30)).isoformat(), "draw": 7200.0}
    try:
        advance(snapshot, Event(kind, Actor(role), data), now)
    except Refused:
        return False
    return True
