"""The inbox: what arrived, byte for byte and sealed. Nothing here reads it, and nothing follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from twoyes.lib import addresses, limits, sealing
from twoyes.mail.models import Inbound


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came: its bytes, from whom, and what it answers where that is known."""

    raw: bytes
    sender: str
    message_id: str
    letter: str = ""
    introduction: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message in the inbox."""

    id: str
    raw: bytes
    received_at: datetime


def keep(arrived: Arrived, now: datetime) -> bool:
    """Keep a message, once; False where it is there already. When this returns, it is committed (L4)."""
    row = Inbound(
        dedupe_key=sealing.index("inbound", f"{addresses.canonical(arrived.sender)}\0{arrived.message_id}"),
        received_at=now,
        sender_key=addresses.key(arrived.sender),
        letter=arrived.letter,
        introduction=arrived.introduction,
    )
    sealing.put_bytes(row, "raw", arrived.raw)
    # The constraint decides between two that come at once; neither is an error.
    Inbound.objects.bulk_create([row], ignore_conflicts=True)
    return Inbound.objects.filter(pk=row.pk).exists()


def answers_to(letters: Collection[str]) -> Mapping[str, list[Kept]]:
    """Return what answers each of these letters, oldest first."""
    found: dict[str, list[Kept]] = defaultdict(list)
    for row in Inbound.objects.filter(letter__in=letters).order_by("received_at", "pk"):
        found[row.letter].append(Kept(row.pk, sealing.get_bytes(row, "raw"), row.received_at))
    return found


def forget(*, introductions: Collection[str], keys: Collection[str]) -> list[str]:
    """Delete what these people wrote, and what others wrote about these introductions; return the ids (E18)."""
    gone = Inbound.objects.filter(Q(sender_key__in=keys) | Q(introduction__in=introductions))
    ids = list(gone.values_list("pk", flat=True))
    gone.delete()
    return ids


def tidy(now: datetime) -> None:
    """Delete what has been here for a month: by then it was read, or nobody will."""
    Inbound.objects.filter(received_at__lt=now - limits.RAW_INBOUND_AGE).delete()
