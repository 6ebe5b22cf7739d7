"""What could not be read: seen by the connector whom it is for, handed over as it came, and read again at a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twoyes.introductions import front as introductions
from twoyes.lib import sealing
from twoyes.lib.errors import Refused
from twoyes.mail.models import Inbound, InboundState


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that nobody could read: when and how it came, what its address is for, what it is about, and why."""

    id: str
    received_at: datetime
    way: str
    purpose: str
    introduction: str
    why: str


def unread_of(connector_id: str) -> list[SetAside]:
    """Return what was set aside for this connector, newest first."""
    # Without the messages themselves, of which each may be a megabyte.
    rows = _aside(connector_id).defer("raw", "said").order_by("-received_at", "-pk")
    return [SetAside(one.pk, one.received_at, one.way, one.purpose, one.introduction, one.why) for one in rows]


def unread_count(connector_id: str = "") -> int:
    """Return how many messages are set aside: for this connector, or whoever they are for."""
    rows = _aside(connector_id) if connector_id else Inbound.objects.filter(state=InboundState.ASIDE)
    return rows.count()


def raw_unread(connector_id: str, inbound_id: str) -> bytes | None:
    """Return a message that was set aside, as it came; None where this connector has none of that id."""
    row = _aside(connector_id).filter(pk=inbound_id).first()
    return None if row is None else sealing.get_bytes(row, "raw")


def read_again(connector_id: str, inbound_id: str) -> None:
    """Let a message be tried once more from the beginning. Raises Refused `not_set_aside`, `nothing_here`."""
    again = {"state": InboundState.WAITING, "attempts": 0, "read_at": None, "why": ""}
    if not _aside(connector_id).filter(pk=inbound_id).update(**again):
        if not Inbound.objects.filter(connector=connector_id, pk=inbound_id).exists():
            raise introductions.nothing_here()
        raise Refused("not_set_aside", _("This message is not here any more, or is being read again."))


def _aside(connector_id: str) -> QuerySet[Inbound]:
    return Inbound.objects.filter(connector=connector_id, state=InboundState.ASIDE)
