"""The queries of a letter's way out, each built once; a worker runs them for every letter that it sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from twoyes.introductions.models import (
    AskedPair,
    Complaint,
    Introduction,
    JournalEntry,
    Letter,
    LetterState,
    Link,
    SendAttempt,
)
from twoyes.lib.locking import first_free, locks
from twoyes.lib.models import Installation
from twoyes.lib.prepared import prepared, prepared_returning, prepared_update

# A letter's id, epoch, kind and side, and its introduction.
type Due = tuple[str, int, str, str, str | None]
type _Changes = dict[str, object]
# Among so many due letters a worker picks one, so that several workers seldom meet.
CHOICE = 16
# What may turn out to have been sent: whatever passed its point of no return.
SENT_FROM = (LetterState.XMIT, LetterState.UNKNOWN)


# --- rows that are locked -----------------------------------------------------------------------------------------


@locks
def lock_letter(pk: str) -> QuerySet[Letter]:
    return Letter.objects.filter(pk=pk)


@locks
def lock_introduction(pk: str) -> QuerySet[Introduction]:
    return Introduction.objects.filter(pk=pk)


# --- rows that are read -------------------------------------------------------------------------------------------


@prepared
def keys_of_both(pk: str) -> QuerySet[Introduction, tuple[str, list[str], list[str]]]:
    return Introduction.objects.filter(pk=pk).values_list("community_id", "asker_keys", "target_keys")


@prepared
def letter_with_introduction(pk: str) -> QuerySet[Letter]:
    return Letter.objects.select_related("introduction").filter(pk=pk)


@prepared
def due(now: datetime, generation: int) -> QuerySet[Letter, Due]:
    letters = Letter.objects.filter(state=LetterState.QUEUED, due_at__lte=now, generation=generation)
    return letters.order_by("due_at").values_list("pk", "epoch", "kind", "side", "introduction_id")[:CHOICE]


@prepared
def due_of(now: datetime, generation: int, kinds: Sequence[str]) -> QuerySet[Letter, Due]:
    letters = Letter.objects.filter(state=LetterState.QUEUED, due_at__lte=now, generation=generation)
    letters = letters.filter(kind__in=kinds).order_by("due_at")
    return letters.values_list("pk", "epoch", "kind", "side", "introduction_id")[:CHOICE]


@prepared
def house(since: datetime) -> QuerySet[Installation, Any]:
    """The installation, with how much was `tried` since then: no fewer than the letters that passed since."""
    tried = SendAttempt.objects.filter(at__gt=since).values(all=Value(1)).annotate(n=Count("*"))
    return Installation.objects.filter(pk=1).annotate(tried=Coalesce(Subquery(tried.values("n")), 0))


@prepared
def passed_since(connector_id: str, kinds: Sequence[str], since: datetime) -> QuerySet[SendAttempt, int]:
    """How many letters of these kinds passed the point of no return: one row, or none for none."""
    passed = SendAttempt.objects.filter(letter__connector_id=connector_id, letter__kind__in=kinds, phase="xmit")
    return passed.filter(at__gt=since).values("phase").annotate(n=Count("pk")).values_list("n", flat=True)


@prepared
def complaints(since: datetime) -> QuerySet[Complaint, tuple[bool, int]]:
    """How many complaints came since, of those that were released and of the others."""
    lately = Complaint.objects.filter(at__gt=since).values("released")
    return lately.annotate(n=Count("pk")).values_list("released", "n")


@prepared
def held_pairs(community_id: str, keys: Sequence[str]) -> QuerySet[AskedPair, tuple[str, str, str]]:
    pairs = AskedPair.objects.filter(community_id=community_id, low__in=keys, high__in=keys)
    return pairs.values_list("low", "high", "introduction")


@prepared
def link(pk: str, token_hash: str, purposes: Sequence[str], now: datetime) -> QuerySet[Link]:
    links = Link.objects.select_related("introduction").filter(pk=pk, token_hash=token_hash)
    return links.filter(purpose__in=purposes, expires_at__gt=now)


@prepared
def opened(token_hash: str, purposes: Sequence[str], now: datetime) -> QuerySet[Link, str]:
    links = Link.objects.filter(token_hash=token_hash, purpose__in=purposes, expires_at__gt=now)
    return links.values_list("pk", flat=True)


@prepared
def journal(introduction_id: str) -> QuerySet[JournalEntry]:
    return JournalEntry.objects.filter(introduction_id=introduction_id).order_by("seq")


@prepared
def next_deadline(now: datetime) -> QuerySet[Introduction, datetime | None]:
    return Introduction.objects.filter(next_at__gt=now).order_by("next_at").values_list("next_at", flat=True)[:1]


@prepared
def next_letter(now: datetime) -> QuerySet[Letter, datetime]:
    letters = Letter.objects.filter(state=LetterState.QUEUED, due_at__gt=now)
    return letters.order_by("due_at").values_list("due_at", flat=True)[:1]


@prepared
def overdue(now: datetime) -> QuerySet[Introduction, str]:
    return Introduction.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", flat=True)[:1]


@prepared
def lost(before: datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(state=LetterState.XMIT, at__lt=before)


@prepared
def leaving(introduction_id: str, side: str) -> QuerySet[Letter, str]:
    """The introduction to one side, as long as it has not left."""
    letters = Letter.objects.filter(introduction_id=introduction_id, side=side, kind="introduction")
    return letters.filter(state__in=[LetterState.QUEUED, LetterState.CLAIMED]).values_list("pk", flat=True)


def said_lately(introduction_id: str, outcome: str, now: datetime) -> bool:
    """Say whether the last outcome that was reported is this one, and not a day old."""
    reported = JournalEntry.objects.filter(introduction_id=introduction_id, event="outcome").order_by("-seq").first()
    return reported is not None and reported.data.get("outcome") == outcome and reported.at > now - timedelta(days=1)


# --- rows that are changed, if they are as they should be ---------------------------------------------------------


@prepared_update
def claim(pk: str, epoch: int, next_epoch: int, now: datetime) -> tuple[QuerySet[Letter], _Changes]:
    mine = Letter.objects.filter(pk=pk, state=LetterState.QUEUED, epoch=epoch)
    return mine, {"state": LetterState.CLAIMED, "epoch": next_epoch, "attempts": F("attempts") + 1, "at": now}


@prepared_returning("id", "epoch", "kind", "side", "introduction")
def claim_next(now: datetime) -> tuple[QuerySet[Letter], _Changes]:
    """Claim one due letter that nobody else is looking at, in one statement, unless nothing may be sent.

    Who holds other rows already does not wait for this one (B13).
    """
    generation = Installation.objects.filter(pk=1, sending_enabled=True).values("generation")[:1]
    due = Letter.objects.filter(state=LetterState.QUEUED, due_at__lte=now, generation=Subquery(generation))
    mine = Letter.objects.filter(pk=first_free(due.order_by("due_at")), state=LetterState.QUEUED)
    return mine, {"state": LetterState.CLAIMED, "epoch": F("epoch") + 1, "attempts": F("attempts") + 1, "at": now}


@prepared_returning("connector", "generation", "not_after", "text_sha256")
def transmit(pk: str, epoch: int, now: datetime) -> tuple[QuerySet[Letter], _Changes]:
    mine = Letter.objects.filter(pk=pk, state=LetterState.CLAIMED, epoch=epoch)
    return mine, {"state": LetterState.XMIT, "at": now}


@prepared_update
def sent(pk: str, epoch: int, now: datetime, code: int, reply: str) -> tuple[QuerySet[Letter], _Changes]:
    mine = Letter.objects.filter(pk=pk, epoch=epoch, state__in=SENT_FROM)
    return mine, {"state": LetterState.SENT, "at": now, "code": code, "reply": reply}


@prepared_update
def settle(
    pk: str, epoch: int, states: Sequence[str], state: str, due_at: datetime, now: datetime, code: int, reply: str
) -> tuple[QuerySet[Letter], _Changes]:
    mine = Letter.objects.filter(pk=pk, epoch=epoch, state__in=states)
    return mine, {"state": state, "due_at": due_at, "at": now, "code": code, "reply": reply}


@prepared_update
def return_claims(before: datetime, now: datetime) -> tuple[QuerySet[Letter], _Changes]:
    return Letter.objects.filter(state=LetterState.CLAIMED, at__lt=before), {"state": LetterState.QUEUED, "at": now}


@prepared_update
def hold_older(generation: int, now: datetime) -> tuple[QuerySet[Letter], _Changes]:
    moving = Letter.objects.filter(state__in=[LetterState.QUEUED, LetterState.CLAIMED], generation__lt=generation)
    return moving, {"state": LetterState.HELD, "at": now}


@prepared_update
def call_back(
    introduction_id: str, kinds: Sequence[str], state: str, now: datetime
) -> tuple[QuerySet[Letter], _Changes]:
    waiting = Letter.objects.filter(introduction_id=introduction_id, kind__in=kinds)
    return waiting.filter(state__in=[LetterState.QUEUED, LetterState.CLAIMED]), {"state": state, "at": now}


@prepared_update
def keep_open(introduction_id: str, sides: Sequence[str], until: datetime) -> tuple[QuerySet[Link], _Changes]:
    page = Link.objects.filter(introduction_id=introduction_id, purpose="target", side__in=sides)
    return page.filter(expires_at__lt=until), {"expires_at": until}
