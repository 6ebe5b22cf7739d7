"""Two cards that turn out to be one person, and one that was two: what it means for asks, pairs and slots (A17 to A20).

Before the point of no return the older ask stays and the other closes, as quietly as silence; after it both count. No
ask is ever opened again. Only this connector's own introductions are touched: others meet pair, slot and wishes alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twoyes.introductions import binding, engine, outbox, pairs
from twoyes.introductions.mailing import AT_MOST_ONCE
from twoyes.introductions.models import Introduction, SendAttempt
from twoyes.introductions.protocol import Event, Origin, State, record
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared
from twoyes.people import front as people

# While an introduction is in one of these, its two sides cannot become one person.
_OPEN = frozenset(
    "draft unverified waiting talking returned asking agreed passed introduced connected awaiting_outcome".split()
)


@dataclass(frozen=True, slots=True)
class United:
    """What a merge did: which introductions were re-bound to the card that stays, and which asks closed.

    `open` are those of either person that were open before it.
    """

    rebound: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Halves:
    """A card that is taken apart: both cards, the address keys of each, and the introductions that go with the new."""

    old: str
    new: str
    stays: frozenset[str]
    goes: frozenset[str]
    back: tuple[str, ...] = ()

    @property
    def keys_that_stay(self) -> frozenset[str]:
        return self.stays | {pairs.key_of_bare_card(self.old)}

    @property
    def keys_that_go(self) -> frozenset[str]:
        return self.goes | {pairs.key_of_bare_card(self.new)}


def keys_concerned(owner_id: str, keys: Collection[str]) -> set[str]:
    """Return the keys of everybody in this connector's introductions with one of these people, to lock them at once."""
    return set(keys).union(*({*row.asker_keys, *row.target_keys} for row in _with(owner_id, keys)))


@engine.verb
def unite(owner_id: str, keep: str, other: str, *, now: datetime) -> United:
    """Bind what is bound to `other` to `keep`, let all keys of both count as one, and close the younger twin asks.

    Everybody of `keys_concerned` must be locked. Raises `Refused` `two_sides` where an open introduction has one card
    on each side.
    """
    keys = {*pairs.keys_of_card(keep), *pairs.keys_of_card(other)}
    rows = _with(owner_id, keys)
    _not_two_sides(rows, keep, other)
    rebound = tuple(row.pk for row in rows if other in {row.first_id, row.target_id})
    under_way = tuple(row.pk for row in rows if row.state in _OPEN)
    connector = people.connector_by_id(owner_id)
    assert connector is not None, "the card was found in their book"
    for row in rows:
        _bind(row, {other: keep}, keys)
    pairs.share(connector.community_id, keys, connector_id=owner_id, now=now)
    return United(rebound, tuple(_keep_the_oldest([row.pk for row in rows], keys, now)), under_way)


@engine.verb
def divide(owner_id: str, halves: Halves, *, now: datetime) -> None:
    """Let pair, slot and wishes of a card hold for both halves of it, and give the new one its introductions back.

    What was handed over stays known by all keys, since nobody can tell which half it reached (A20). Call it when the
    new card is there, with everybody of `keys_concerned` locked.
    """
    connector = people.connector_by_id(owner_id)
    assert connector is not None, "the card was found in their book"
    stays, goes = halves.keys_that_stay, halves.keys_that_go
    pairs.share(connector.community_id, stays | goes, connector_id=owner_id, now=now)
    for row in _with(owner_id, stays | goes):
        if row.pk in halves.back:
            _bind(row, {halves.old: halves.new}, set())
        if not _was_asked(row):
            _forget_half(row, {halves.old: goes - stays, halves.new: stays - goes})


def _with(owner_id: str, keys: Collection[str]) -> list[Introduction]:
    rows = Introduction.objects.filter(connector_id=owner_id).order_by("pk")
    mine = set(keys)
    return [row for row in rows if mine & {*row.asker_keys, *row.target_keys}]


def _not_two_sides(rows: Iterable[Introduction], keep: str, other: str) -> None:
    one, two = set(pairs.keys_of_card(keep)), set(pairs.keys_of_card(other))
    for row in rows:
        asker, target = {*row.asker_keys}, {*row.target_keys}
        if row.state in _OPEN and ((asker & one and target & two) or (asker & two and target & one)):
            sentence = _("These two are the two sides of an introduction that is open. Close it first.")
            raise Refused("two_sides", sentence, rule="A1")


def _bind(row: Introduction, cards: dict[str, str], keys: set[str]) -> None:
    """Point a row at the card that stays, and let every key of the person count on the side where they are."""
    first, target = row.first_id or "", row.target_id or ""
    row.first_id, row.target_id = cards.get(first, first) or None, cards.get(target, target) or None
    if keys & {*row.asker_keys}:
        row.asker_keys = sorted({*row.asker_keys} | keys)
    if keys & {*row.target_keys}:
        row.target_keys = sorted({*row.target_keys} | keys)
    row.save(update_fields=["first_id", "target_id", "asker_keys", "target_keys"])


def _forget_half(row: Introduction, other_half: dict[str, frozenset[str]]) -> None:
    """Let a row of which nothing was handed over know the keys of its own half alone."""
    row.target_keys = sorted({*row.target_keys} - other_half.get(row.target_id or "", frozenset()))
    if row.origin == Origin.ASKED:
        # Whoever asked proved one address: it says which half they are, and nothing where both have it.
        one, two = other_half.values()
        gone = two if row.requester_key in one else one if row.requester_key in two else frozenset()
        row.asker_keys = sorted({*row.asker_keys} - gone)
    else:
        row.asker_keys = sorted({*row.asker_keys} - other_half.get(row.first_id or "", frozenset()))
    row.save(update_fields=["asker_keys", "target_keys"])


# --- twin asks ----------------------------------------------------------------------------------------------------


def _keep_the_oldest(ids: Iterable[str], keys: set[str], now: datetime) -> Iterable[str]:
    """Of the asks to this person that have not left let the oldest go on; yield those that close."""
    waiting = sorted((row for row in Introduction.objects.filter(pk__in=list(ids)) if _waits(row, keys)), key=_age)
    kept: Introduction | None = None
    for row in waiting:
        with engine.changing(row.pk) as work:
            cause = _cause(work, kept, now)
            if cause:
                work.hand_in(Event("blocked", outbox.RELAY, cause), now)
        if work.snapshot.state in {State.ASKING, State.PASSED}:
            kept = kept or row
        else:
            yield row.pk


def _cause(work: engine.Work, kept: Introduction | None, now: datetime) -> dict[str, Scalar]:
    """Return why this ask cannot leave any more, as the point of no return would find; {} where it can."""
    passed = work.snapshot.state is State.PASSED
    side = "target" if passed else str(work.snapshot.side)
    data: dict[str, Scalar] = {"side": side, "letter": "details" if passed else "ask"}
    if kept is None:
        found = binding.obstacle(work, side, now)
        return {**data, **found} if found else {}
    same = bool(pairs.combinations(kept) & pairs.combinations(work.row))
    return {**data, "cause": "pair" if same else "spacing"}


def _waits(row: Introduction, keys: set[str]) -> bool:
    """Say whether an ask or details to this person were approved and have not been handed over."""
    if row.state not in {State.ASKING, State.PASSED}:
        return False
    snapshot = record.from_json(row.snapshot)
    if row.state == State.PASSED:
        return snapshot.passed_by == "connector" and bool(keys & {*row.target_keys}) and not _left(row, "target")
    side = str(snapshot.side)
    return bool(keys & {*pairs.asked_keys(row, side)}) and not _left(row, side)


def _left(row: Introduction, side: str) -> bool:
    """Say whether a copy to this side may be in the world, whatever is written down of it."""
    return bool(_tries(row.pk, side))


@prepared
def _tries(introduction_id: str, side: str) -> QuerySet[SendAttempt, str]:
    tries = SendAttempt.objects.filter(
        letter__introduction_id=introduction_id, letter__side=side, letter__kind__in=AT_MOST_ONCE, phase="xmit"
    )
    return tries.exclude(letter__state__in=["failed", "queued", "claimed"]).values_list("pk", flat=True)[:1]


def _was_asked(row: Introduction) -> bool:
    return any(_left(row, side) for side in ("target", "first", "second"))


def _age(row: Introduction) -> tuple[datetime, str]:
    return record.from_json(row.snapshot).approved_at or row.opened_at, row.pk
