"""A message that came and was understood, as the processing loop hands it on: its row, and what it leads to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.db import transaction

from tests.support.cast import TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, JournalEntry, Letter
from twoyes.lib import sealing
from twoyes.mail import front as mail
from twoyes.mail.incoming.acting import act
from twoyes.mail.incoming.handing_on import with_what_came
from twoyes.mail.incoming.understanding import Bounced, Understood
from twoyes.mail.models import Inbound

_NUMBERS = count(1)
HUMAN = b"Return-Path: <%s>\r\nFrom: %s\r\nSubject: Hello\r\n\r\nHello\r\n"


def said(words: str = "Hello", meaning: str = "unclear", *, sender: str = TOM, **more: Any) -> Understood:
    """What a human wrote, and what it says as an answer to an ask."""
    kind = more.pop("kind", "reply")
    more.setdefault("plainly", meaning in {"no", "stop"})
    return Understood(kind, meaning if kind == "reply" else None, words, sender=sender, **more)  # type: ignore[arg-type]


def bounce(action: str = "failed", status: str = "5.1.1", **more: Any) -> Understood:
    """What a mail system says of a letter."""
    return Understood("bounce", sender="mailer-daemon@relay.example", bounced=Bounced("", action, status), **more)


def came(cast: Cast, purpose: str, ref: str, understood: Understood, raw: bytes = b"") -> Inbound:
    """Let it come to the address for this purpose, and be read."""
    row = Inbound(dedupe_key=f"test{next(_NUMBERS)}", received_at=cast.now, purpose=purpose, ref=ref, way="test")
    sealing.put_bytes(row, "raw", raw or HUMAN % (b"x@somewhere.example", b"x@somewhere.example"))
    row.save(force_insert=True)
    with cast.time(), transaction.atomic():
        act(row, understood, cast.now)
        Inbound.objects.filter(pk=row.pk).update(state="done")
    row.refresh_from_db()
    return row


def did(row: Inbound) -> str:
    """What followed from it, as it is noted."""
    return str(json.loads(sealing.get(row, "said"))["did"])


def letter(introduction: str, kind: str, side: str = "") -> str:
    """The id of the newest letter of this kind."""
    found = Letter.objects.filter(introduction_id=introduction, kind=kind).order_by("-due_at", "-pk")
    return next(one.pk for one in found if side in {"", one.side})


def events(introduction: str) -> list[str]:
    return list(
        JournalEntry.objects.filter(introduction_id=introduction).order_by("seq").values_list("event", flat=True)
    )


def actors(introduction: str, event: str) -> list[tuple[str, str]]:
    """Role and door of whoever caused an event."""
    found = JournalEntry.objects.filter(introduction_id=introduction, event=event).order_by("seq")
    return list(found.values_list("role", "door"))


def face(introduction: str) -> dict[str, object]:
    """All that the view of whoever asked is made of."""
    return dict.get(Introduction.objects.get(pk=introduction).snapshot, "face")  # type: ignore[return-value]


def handed_on(cast: Cast, kind: str = "reply_copy") -> Iterator[tuple[str, str, str]]:
    """Recipient, subject and text of the letters of this kind that leave now, as they leave.

    Raises Refused `nothing_to_say` where what they hand on is gone.
    """
    with cast.time():
        for one in Letter.objects.filter(kind=kind, state="queued"):
            facts = with_what_came(introductions.facts(one.pk), cast.now)
            written = mail.compose(facts)
            yield facts.recipient, written.subject, written.text
