"""The inbox: what arrived, byte for byte and sealed. Nothing here reads it, and nothing follows from it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Q

from twoyes.introductions import front as letters
from twoyes.lib import addresses, limits, sealing
from twoyes.mail.incoming import noted
from twoyes.mail.models import Inbound, Seen

# As many as a statement may have parameters, on every engine.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came: its bytes, from whom, and what it answers where that is known.

    `way` is how it came, "" for what was typed in the post room; `purpose` and `ref` are what the address it came to
    is for (`mail.ours.Ours`), `connector` whom it is for. `sender` is "" where it is nobody's, as of a bounce.
    """

    raw: bytes
    sender: str
    message_id: str
    letter: str = ""
    introduction: str = ""
    way: str = ""
    purpose: str = ""
    ref: str = ""
    connector: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message in the inbox."""

    id: str
    raw: bytes
    received_at: datetime


def keep(arrived: Arrived, now: datetime) -> str | None:
    """Keep a message, once; None where it is there already. When this returns its id, it is committed (L4, B22).

    The same message is the same content to the same address under the same Message-ID: whoever sends first under a
    guessed one has not made the true answer a duplicate (B23, C27).
    """
    row = Inbound(
        dedupe_key=sealing.index("inbound", _once(arrived)),
        received_at=now,
        sender_key=addresses.key(arrived.sender) if addresses.well_formed(arrived.sender) else "",
        letter=arrived.letter,
        introduction=arrived.introduction,
        way=arrived.way,
        purpose=arrived.purpose,
        ref=arrived.ref,
        connector=arrived.connector,
    )
    sealing.put_bytes(row, "raw", arrived.raw)
    with transaction.atomic():
        # The key decides between two that come at once; neither is an error.
        Seen.objects.bulk_create([Seen(key=row.dedupe_key, inbound=row.pk, at=now)], ignore_conflicts=True)
        if not Seen.objects.filter(key=row.dedupe_key, inbound=row.pk).exists():
            return None
        row.save(force_insert=True)
    return row.pk


def _once(arrived: Arrived) -> str:
    address = f"{arrived.purpose}:{arrived.ref}" if arrived.purpose else f"letter:{arrived.letter}"
    return "\0".join((address, hashlib.sha256(canonical_body(arrived.raw)).hexdigest(), arrived.message_id))


def canonical_body(raw: bytes) -> bytes:
    """Return the body as it is told from others: on the way from one store to another line ends and blanks change.

    As many bytes as are kept whatever the length of the head, to which each server adds lines. Linear.
    """
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").partition(b"\n\n")[2].split(b"\n")
    return b"\n".join(line.rstrip() for line in lines)[: limits.INBOUND_KEPT - 2 * limits.INBOUND_HEAD].rstrip()


def answers_to(letters: Collection[str]) -> Mapping[str, list[Kept]]:
    """Return what answers each of these letters, oldest first."""
    found: dict[str, list[Kept]] = defaultdict(list)
    for row in Inbound.objects.filter(letter__in=letters).order_by("received_at", "pk"):
        found[row.letter].append(Kept(row.pk, sealing.get_bytes(row, "raw"), row.received_at))
    return found


def forget(*, introductions: Collection[str], keys: Collection[str], connectors: Collection[str] = ()) -> list[str]:
    """Delete what these people wrote, and what others wrote about these introductions or to these connectors (E18).

    What was forwarded to the guard or asks by mail is about whomever it names. Returns the ids.
    """
    theirs = (
        Q(pk__in=noted.naming(keys))
        | Q(sender_key__in=keys)
        | Q(introduction__in=introductions)
        | Q(connector__in=connectors)
    )
    gone = Inbound.objects.filter(theirs)
    ids = list(gone.values_list("pk", flat=True))
    gone.delete()
    return ids


def tidy(now: datetime) -> None:
    """Delete what has been here for a month, and within a week what answers an ask or was forwarded to the guard.

    By then it was read, or nobody will. An hour before the week is over, since this is done once an hour.
    """
    Inbound.objects.filter(received_at__lt=now - limits.RAW_INBOUND_AGE).delete()
    # A mailbox is looked through for as long as rows may be here at most; servers do not agree on the hour.
    Seen.objects.filter(at__lt=now - limits.RAW_INBOUND_AGE - timedelta(days=2)).delete()
    week = Inbound.objects.filter(received_at__lt=now - limits.REPLIES_TO_ASKS_AGE + limits.TIDY_INBOX)
    week.filter(purpose__in=noted.STAND_APART, introduction="").delete()
    # A human's words and an absence go with the others, also where they came to the address for failures.
    replies = week.exclude(purpose="return", report=True)
    named = {name for row in replies.values_list("letter", "ref") for name in row if name}
    for some in batched(sorted(named), _AT_ONCE):
        asks = letters.asks_among(some)
        replies.filter(Q(letter__in=asks) | Q(purpose__in=("reply", "return"), ref__in=asks)).delete()
