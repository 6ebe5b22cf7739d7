"""What letters were about, where the owner switched it on: the last few subject lines with each person, sealed.

Of what the owner wrote to at most `FEW` people, and of what these few wrote to the owner. Never a word of a letter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from twoyes.lib import locking, sealing
from twoyes.network.looking import day_of
from twoyes.network.models import Remembering, Source, Topic
from twoyes.network.reading.headers import Head
from twoyes.network.reading.subjects import subject
from twoyes.network.sorting import Chunk, Gathered, Sorter
from twoyes.people import front as people

# To so many people beside the owner a letter may go for its subject to be kept.
FEW = 3
# So many conversations are kept of a person, and so many are shown.
KEPT, SHOWN = 5, 3
# A message that is known already may have come before the switch.
READ = ("", "duplicate")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class About:
    """What a conversation was about, and the day of its last letter."""

    text: str
    on: date


def remember_topics(owner_id: str, *, on: bool, now: datetime) -> None:
    """Keep subject lines from the next import on, or forget all of them at once. Again changes nothing."""
    with transaction.atomic():
        if on:
            _row, made = Remembering.objects.get_or_create(owner_id=owner_id, defaults={"since": now})
            if made:
                # A mailbox on a server is read from where it was; now it tells what came before, too.
                Source.objects.filter(owner_id=owner_id).update(marks=b"")
        else:
            # Whoever is keeping some this moment has locked this row: those go as well.
            Remembering.objects.filter(owner_id=owner_id).delete()
            Topic.objects.filter(owner_id=owner_id).delete()


def remembers_topics(owner_id: str) -> datetime | None:
    """Return since when subject lines are kept; None where they are not."""
    return Remembering.objects.filter(owner_id=owner_id).values_list("since", flat=True).first()


def is_untold(owner_id: str) -> bool:
    """Say whether mail that was read before subject lines were kept has told none yet: it may be read again."""
    since = remembers_topics(owner_id)
    if since is None:
        return False
    before = Source.objects.filter(owner_id=owner_id, hidden_at=None, added_at__lt=since).exclude(kind="ics")
    return before.exclude(pk__in=Topic.objects.filter(owner_id=owner_id).values("source_id")).exists()


def topics(owner_id: str, keys: Iterable[str]) -> list[About]:
    """Return what the last conversations with whoever has these address keys were about, the latest first."""
    rows = Topic.objects.filter(owner_id=owner_id, key__in=list(keys), source__hidden_at=None)
    found = [(at, text) for row in rows for at, _thread, text in _lines(row)]
    told = dict[str, About]()
    for at, text in sorted(found, reverse=True):
        told.setdefault(text.casefold(), About(text, day_of(at)))
    return list(told.values())[:SHOWN]


# ---------------------------------------------------------------- while mail is read


def gather(sorter: Sorter, head: Head, block: bytes, chunk: Chunk) -> None:
    """Keep in a chunk what a message that was taken is about, for each person with whom it is a topic."""
    keys = _with(sorter, head)
    text = subject(block) if keys and head.at is not None else ""
    if not text or head.at is None:
        return
    thread = head.thread or head.message_id
    told = (head.at, sorter.hashed(thread) if thread else head.at, text)
    for key in keys:
        chunk.topics[key] = _last([*chunk.topics.get(key, ()), told])


def keep(owner_id: str, source_id: str, gathered: Mapping[str, Gathered]) -> None:
    """Keep what a chunk has gathered, unless it was switched off meanwhile. In the caller's transaction."""
    if not (gathered and locking.locked(Remembering.objects.filter(owner_id=owner_id))):
        return
    late = people.erased_keys(owner_id)
    known = _rows(owner_id, source_id, gathered.keys() - late)
    for key, row in known.items():
        sealing.put_json(row, "lines", _last([*_lines(row), *gathered[key]]))
    Topic.objects.bulk_create(
        known.values(),
        update_conflicts=True,
        unique_fields=["owner", "source", "key"],
        update_fields=["lines"],
        batch_size=_BATCH,
    )


def _with(sorter: Sorter, head: Head) -> list[str]:
    """Return the keys of those with whom a message is a topic: few, and nobody who was erased."""
    if head.sender is None or not head.sender.address:
        return []
    reached = dict(sorter.keys.of(box.address) for box in (*head.to, *head.cc) if box.address)
    src, key = sorter.keys.of(head.sender.address)
    others = {number: one for number, one in {src: key, **reached}.items() if number not in sorter.own}
    if not others or len(others) > FEW:
        return []
    if src not in sorter.own:
        others = {src: key} if not sorter.own.isdisjoint(reached) else {}
    return [one for number, one in others.items() if number not in sorter.erased]


def _last(told: Iterable[tuple[int, int, str]]) -> Gathered:
    """Return the last letter of each conversation, of the last few conversations."""
    by_thread = {thread: (at, thread, text) for at, thread, text in sorted(told)}
    return sorted(by_thread.values())[-KEPT:]


def _rows(owner_id: str, source_id: str, keys: Collection[str]) -> dict[str, Topic]:
    """Return the rows of these people, new where there are none."""
    wanted, rows = sorted(keys), dict[str, Topic]()
    for start in range(0, len(wanted), _BATCH):
        some = Topic.objects.filter(owner_id=owner_id, source_id=source_id, key__in=wanted[start : start + _BATCH])
        rows |= {row.key: row for row in some}
    return {key: rows.get(key) or Topic(owner_id=owner_id, source_id=source_id, key=key) for key in wanted}


def _lines(row: Topic) -> Gathered:
    return [(at, thread, text) for at, thread, text in (sealing.get_json(row, "lines") or [])]
