"""The invariants of PROTOCOL, by name: some at the instant of a point of no return, the others over whole stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from django.db.models import Count

from tests.simulate.world import WISHED_AWAY, Ask, World
from twoyes.introductions.mailing import GUARDED
from twoyes.introductions.models import Introduction, JournalEntry, Letter, LetterState, SendAttempt
from twoyes.introductions.protocol import Actor, Event, Role, fold, record
from twoyes.mail.outgoing.transport import Envelope

_FINAL = ("declined", "lapsed", "not_this_time", "passed_on")


def passed(world: World, envelope: Envelope) -> None:
    """A worker has just passed the point of no return: all that it rests on must be true at this instant."""
    ask = world.asks.get(envelope.introduction)
    if ask is None or envelope.kind not in GUARDED:
        return
    if envelope.kind == "introduction":
        _two_yeses(world, ask)
        return
    both = (ask.asker, ask.target)
    asked = next((person for person in both if envelope.recipient in person.addresses), None)
    # In an offer the first may still be asked while the second, who would be asked after, wishes to be left alone.
    goes_on = not ask.over or (ask.offered and ask.over == WISHED_AWAY)
    world.require(goes_on, "two-yeses", f"a letter to the target left although it was {ask.over}")
    world.require(asked is None or not asked.left_alone, "wishes-first", "somebody was asked against their wish")
    if envelope.kind == "ask":
        world.require(not any(person.erased for person in both), "erasable", "somebody who was erased was asked")
        used = envelope.recipient in [person.addresses[0] for person in both if person.addresses]
        # A backup that was put back has forgotten who moved meanwhile.
        world.require(used or world.restored, "one-ask", "an ask went to an address that is no longer used")


def _two_yeses(world: World, ask: Ask) -> None:
    if ask.introduced or world.restored:
        # A backup that was put back has forgotten who took their yes back meanwhile: no program can know.
        return
    ask.introduced = True
    wanted = {"first", "second"} if ask.offered else {"target"}
    world.require(ask.yes >= wanted, "two-yeses", f"introduced with a yes of {sorted(ask.yes)} only")
    world.require(not ask.over, "two-yeses", f"introduced although it was {ask.over}")


def whole_store(world: World) -> None:
    """All that must hold between two steps for every introduction of the store."""
    _journaled(world)
    _answered(world)
    _handed_over_once(world)


def _journaled(world: World) -> None:
    rows = JournalEntry.objects.order_by("introduction_id", "seq")
    stored = dict(Introduction.objects.values_list("pk", "snapshot"))
    for introduction, entries in groupby(rows.iterator(), key=lambda entry: entry.introduction_id):
        snapshot = record.to_json(fold(_events(entries)))
        world.require(stored[introduction] == snapshot, "journaled", f"{introduction} is not what its journal says")


def _events(entries: Iterable[JournalEntry]) -> Iterator[tuple[Event, datetime]]:
    for entry in entries:
        actor = Actor(Role(entry.role), entry.actor, entry.door)
        yield record.event_from_json(entry.event, entry.data, actor), entry.at


def _answered(world: World) -> None:
    finals = Letter.objects.filter(kind__in=_FINAL).values("introduction").annotate(n=Count("pk"))
    for one in finals.filter(n__gt=1):
        world.require(False, "answered", f"{one['introduction']} has {one['n']} final letters")


def _handed_over_once(world: World) -> None:
    """The trail of attempts must show every copy that exists: it is what proves "asked once" to anybody (F19)."""
    attempts = Counter(SendAttempt.objects.filter(phase="xmit").values_list("letter_id", flat=True))
    unseen = [letter for letter in world.letters if letter not in attempts]
    world.require(not unseen or world.restored, "journaled", f"{len(unseen)} letters left without an attempt on record")


def nothing_under_way(world: World) -> None:
    """After the dust has settled every guarded letter is at rest (L1)."""
    moving = Letter.objects.filter(state__in=[LetterState.CLAIMED, LetterState.XMIT])
    found = [f"{letter.kind} is {letter.state}" for letter in moving[:3]]
    world.require(not found, "liveness", ", ".join(found))
