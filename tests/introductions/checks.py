"""What must hold after every step of every test of this room (invariant *journaled*)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import pytest
from django.db.models import QuerySet

from tests.support.cast import APPROVAL, CORA, OFFER, OTTO, REQUEST, RITA, TOM
from twoyes.introductions import front, links, protocol, queries
from twoyes.introductions.models import Introduction, JournalEntry
from twoyes.introductions.protocol import Role, State, record
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared

# Choices and flags are no personal data; whatever else a person wrote, or is called, is.
_CHOICES = {"format", "minutes", "may_pass_on", "language", "vouch_level", "channel", "mode", "writes_first"}
_WRITTEN = [value for form in (REQUEST, APPROVAL, OFFER) for name, value in form.items() if name not in _CHOICES]
PERSONAL = [
    text.casefold()
    for text in (*_WRITTEN, RITA, CORA, TOM, OTTO, "Rita", "Cora Lund", "Tom Target", "Blade Works", "Otto", "@")
    if text
]
# The clock and the relay are nobody; everybody else is a row or a blind key.
_NOBODY = {Role.CLOCK, Role.RELAY, Role.PROGRAM}


def journaled(introductions: Iterable[str] | None = None) -> None:
    """Assert that each stored introduction is the fold of its journal, and that no journal tells of a person."""
    rows = _every_row() if introductions is None else _rows(tuple(introductions))
    for row in rows:
        snapshot = protocol.fold(front.journal(row.pk))
        assert snapshot == record.from_json(row.snapshot), f"{row.pk} is not what its journal says"
        timer = snapshot.next_timer
        assert (row.state, row.origin, row.seq) == (snapshot.state, snapshot.origin, snapshot.seq)
        assert row.next_at == (timer.at if timer else None)
        entries = queries.journal(row.pk)
        assert [entry.seq for entry in entries] == list(range(1, row.seq + 1))
        for entry in entries:
            _has_an_actor(entry)
            _tells_of_nobody(entry)


@prepared
def _rows(ids: Sequence[str]) -> QuerySet[Introduction]:
    return Introduction.objects.filter(pk__in=ids)


@prepared
def _every_row() -> QuerySet[Introduction]:
    return Introduction.objects.all()


def _has_an_actor(entry: JournalEntry) -> None:
    role = Role(entry.role)
    assert bool(entry.actor) == (role not in _NOBODY), f"{entry.event}: {entry.role} is {entry.actor!r}"
    assert entry.door, f"{entry.event} came through no door"


def _tells_of_nobody(entry: JournalEntry) -> None:
    told = json.dumps([entry.event, entry.actor, entry.door, entry.data], ensure_ascii=False)
    assert not _personal(told), f"the journal of {entry.event} tells of a person"


@lru_cache(maxsize=10_000)
def _personal(told: str) -> list[str]:
    """What of a person stands there. Every step of a test looks at each entry again."""
    small = told.casefold()
    return [text for text in PERSONAL if text in small]


def refused(code: str, act: Callable[[], object]) -> Refused:
    """Assert that the act is refused with this code and a sentence, and that no introduction changed by it."""
    before = standing()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code, f"{refusal.value.code}: {refusal.value.sentence}"
    assert refusal.value.sentence.endswith((".", "?"))
    assert standing() == before
    return refusal.value


def nothing_here(act: Callable[[], object]) -> None:
    """Assert that the act finds nothing, in the very words that a page which never existed gets (E8, D24)."""
    assert refused("nothing_here", act).sentence == links.nothing_here().sentence


def standing() -> list[tuple[str, int, str]]:
    """Return how every introduction stands."""
    return sorted(Introduction.objects.values_list("pk", "seq", "state"))


def events(introduction: str) -> list[str]:
    """Return the kinds of what happened, in order."""
    entries = JournalEntry.objects.filter(introduction_id=introduction).order_by("seq")
    return list(entries.values_list("event", flat=True))


def last_actor(introduction: str) -> tuple[str, str, str]:
    """Return role, id and door of whoever acted last."""
    entry = JournalEntry.objects.filter(introduction_id=introduction).latest("seq")
    return entry.role, entry.actor, entry.door


def state_of(introduction: str) -> State:
    return State(Introduction.objects.get(pk=introduction).state)
