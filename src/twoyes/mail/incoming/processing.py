"""Messages are read and acted on: each once, one at a time, and one that cannot be read holds none of the others."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from twoyes.lib import faults, limits, sealing
from twoyes.lib.logs import describe
from twoyes.mail.incoming import acting
from twoyes.mail.incoming.reading import UNDERSTAND, Reading, Unread
from twoyes.mail.models import Inbound, InboundState

log = logging.getLogger(__name__)
_BATCH = 50


def process(now: datetime, *, understand: str = UNDERSTAND, seconds: float = 10.0) -> int:
    """Read what came by mail, oldest first, and do what it means; return how many messages were tried.

    Each try is counted and committed before it begins (B24). Begins none after `seconds`; any number of processes may
    be in here at once. A message is acted on in the one transaction that says so (E12).
    """
    until = time.monotonic() + seconds
    tried = 0
    with Reading(understand) as reading:
        for pk in list(_waiting(now).values_list("pk", flat=True)[:_BATCH]):
            if time.monotonic() > until:
                break
            row = _taken(pk, now)
            if row is not None:
                tried += 1
                _one(row, reading, now)
    return tried


def _waiting(now: datetime) -> QuerySet[Inbound]:
    """What was typed in the post room came by no way, and nothing follows from it."""
    free = Q(read_at=None) | Q(read_at__lte=now - limits.INBOUND_TRY)
    return Inbound.objects.filter(free, state=InboundState.WAITING).exclude(way="").order_by("received_at", "pk")


def _taken(pk: str, now: datetime) -> Inbound | None:
    """Count one more try of a message, for this process alone; None where another one has it."""
    row = _waiting(now).filter(pk=pk).first()
    if row is None:
        return None
    if row.attempts >= limits.INBOUND_TRIES:
        # Each time whoever read it was gone before a word about it.
        _fail(row, row.why or "died", now)
        return None
    counted = _waiting(now).filter(pk=pk, attempts=row.attempts)
    if not counted.update(attempts=F("attempts") + 1, read_at=now):
        return None
    row.attempts, row.read_at = row.attempts + 1, now
    faults.point("after_counted")
    return row


def _one(row: Inbound, reading: Reading, now: datetime) -> None:
    try:
        understood = reading.read(sealing.get_bytes(row, "raw"))
        mine = Inbound.objects.filter(pk=row.pk, state=InboundState.WAITING, attempts=row.attempts)
        with transaction.atomic():
            if not mine.exists():
                return
            # The message comes last in the order of locks, after people, introduction and letter: an erasure takes the
            # people first and their mail afterwards, and neither may wait for the other (B12, B13).
            acting.act(row, understood, now)
            if not mine.update(state=InboundState.DONE, read_at=now, why=""):
                # Another process was faster, or it was erased meanwhile: nothing of this happened.
                transaction.set_rollback(True)
                return
        faults.point("after_acted")
    except Unread as unread:
        _fail(row, unread.why, now)
    except Exception as error:  # noqa: BLE001 - the worker's loop: named on the row, and the others go on
        log.error("Message %s cannot be acted on: %s.", row.pk, describe(error))
        _fail(row, type(error).__name__, now)


def _fail(row: Inbound, why: str, now: datetime) -> None:
    """Note why; after the last try set it aside for a human (B24)."""
    mine = Inbound.objects.filter(pk=row.pk, state=InboundState.WAITING, attempts=row.attempts)
    if row.attempts < limits.INBOUND_TRIES:
        mine.update(why=why[:40])
    elif mine.update(why=why[:40], state=InboundState.ASIDE, read_at=now):
        log.error("Message %s could not be read and was set aside: %s.", row.pk, why)
