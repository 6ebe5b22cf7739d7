"""Which cards of a book may be one person, and which are two: what the owner said, and what is left to ask (issue 4).

The rules are the network room's; here is what they read and what became of it. Addresses are unsealed in `open_book`
alone, which a process of its own calls.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Least

from twoyes.lib import sealing
from twoyes.lib.ids import new_id
from twoyes.people import cards, knowing, points
from twoyes.people.models import Apart, Connector, ContactPoint, JoinedCard, MaybeSame, Person, SameLook
from twoyes.people.records import Card

# A look takes seconds; after this its process is gone.
SILENCE = timedelta(minutes=5)
# As many questions as somebody reads on a page; the rest waits for the next.
SHOWN = 100
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """One card as the rules read it: its own name first, then those of cards that were joined to it."""

    id: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Two cards that may be one person; `why` is the name of a rule."""

    id: str
    one: Card
    other: Card
    why: str


@dataclass(frozen=True, slots=True)
class ByItself:
    """A card that was joined to another without a question: its id and name, whose card it is on now, and the rule.

    `keys` are those of the addresses that it brought, for telling them from the others on the card.
    """

    past: str
    past_name: str
    keys: frozenset[str]
    joined_at: datetime
    card: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """The last look through a book. `open` says that one is under way; `ended_at` is None where one broke off."""

    began_at: datetime
    ended_at: datetime | None
    open: bool
    cards: int
    joined: int


# ---------------------------------------------------------------- what the rules read


def open_book(owner_id: str) -> list[Opened]:
    """Every card of a book but those that are in no list, with its names and addresses in the clear.

    For a process of its own, never for a page: the whole book lies open in its memory.
    """
    rows = knowing.listed(Person.objects.filter(owner_id=owner_id, erased_at=None)).order_by("pk")
    known = dict(rows.values_list("pk", "name"))
    found: dict[str, list[str]] = defaultdict(list)
    keyed: dict[str, list[str]] = defaultdict(list)
    emails = ContactPoint.objects.filter(person__owner_id=owner_id, kind=ContactPoint.Kind.EMAIL)
    columns = ("person_id", "pk", "value", "key")
    for card, point, value, key in emails.order_by("rank", "pk").values_list(*columns).iterator():
        found[card].append(points.revealed(point, bytes(value)))
        keyed[card].append(key)
    before: dict[str, list[str]] = defaultdict(list)
    for card, name in JoinedCard.objects.filter(person__owner_id=owner_id).values_list("person_id", "name"):
        before[card].append(name)
    return [Opened(card, (name, *before[card]), tuple(found[card]), tuple(keyed[card])) for card, name in known.items()]


def told_apart(owner_id: str) -> set[tuple[str, str]]:
    """Pairs of cards, in order, of which the owner said that they are two people, or of what they were made of."""
    said = Apart.objects.filter(owner_id=owner_id).values_list("one", "other")
    whose: dict[str, set[str]] = defaultdict(set)
    emails = ContactPoint.objects.filter(person__owner_id=owner_id, kind=ContactPoint.Kind.EMAIL)
    for card, key in emails.values_list("person_id", "key"):
        whose[key].add(card)
    for card in Person.objects.filter(owner_id=owner_id, erased_at=None).values_list("pk", flat=True):
        whose[_bare(card)].add(card)
    for card, past in JoinedCard.objects.filter(person__owner_id=owner_id).values_list("person_id", "card"):
        whose[_bare(past)].add(card)
    return {_pair(*both) for one, other in said for both in product(whose[one], whose[other]) if both[0] != both[1]}


def may_join(owner_id: str, one: str, other: str) -> bool:
    """Say whether a rule may still join these: both are in lists, and nobody said meanwhile that they are two."""
    cards_left = knowing.listed(Person.objects.filter(pk__in=[one, other], owner_id=owner_id, erased_at=None))
    if cards_left.count() < 2:
        return False
    pairs = {_pair(*both) for both in product(keys(one), keys(other)) if both[0] != both[1]}
    said = Apart.objects.filter(owner_id=owner_id, one__in={low for low, _high in pairs})
    return pairs.isdisjoint(said.values_list("one", "other"))


# ---------------------------------------------------------------- what the owner said


def say_apart(owner_id: str, one: Collection[str], other: Collection[str], *, now: datetime) -> None:
    """Keep that whoever has one of these keys is not whoever has one of those. Again changes nothing."""
    pairs = {_pair(*both) for both in product(one, other) if both[0] != both[1]}
    rows = [Apart(owner_id=owner_id, one=low, other=high, said_at=now) for low, high in sorted(pairs)]
    Apart.objects.bulk_create(rows, ignore_conflicts=True)


def keep_apart(owner_id: str, question_id: str, *, now: datetime) -> bool:
    """Answer a question with "two people", for good; False where there is no such question (any more)."""
    with transaction.atomic():
        row = MaybeSame.objects.filter(owner_id=owner_id, pk=question_id).first()
        if row is None:
            return False
        say_apart(owner_id, keys(row.one), keys(row.other), now=now)
        row.delete()
    return True


def keys(card_id: str) -> tuple[str, ...]:
    """What a card is told apart by: the keys of its addresses, and of itself and those that were joined to it.

    The latter since addresses may come later, or go.
    """
    before = JoinedCard.objects.filter(person_id=card_id).order_by("pk").values_list("card", flat=True)
    return (*points.keys_of(card_id), _bare(card_id), *map(_bare, before))


def forget_same(owner_id: str = "", found: Iterable[str] = ()) -> None:
    """Delete what was said of these keys, or all of one owner's questions and answers. Part of an erasure."""
    if owner_id:
        for model in (MaybeSame, Apart, SameLook):
            model._default_manager.filter(owner_id=owner_id).delete()
        hint_seen(owner_id)
    wanted = sorted(found)
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        Apart.objects.filter(Q(one__in=some) | Q(other__in=some)).delete()


# ---------------------------------------------------------------- questions


def questions(owner_id: str) -> list[Question]:
    """What there is to ask this owner, the surest first; cards that are gone or in no list are left out."""
    rows = list(MaybeSame.objects.filter(owner_id=owner_id).order_by("rank", "pk")[:SHOWN])
    wanted = {card for row in rows for card in (row.one, row.other)}
    shown = {card.id: card for card in cards.listed_cards(owner_id, wanted)}
    return [
        Question(row.pk, shown[row.one], shown[row.other], row.why)
        for row in rows
        if row.one in shown and row.other in shown
    ]


def question(owner_id: str, question_id: str) -> tuple[str, str] | None:
    """The two cards of a question, or None for what is none of this owner's (any more)."""
    row = MaybeSame.objects.filter(owner_id=owner_id, pk=question_id).first()
    return None if row is None else (row.one, row.other)


def joined_by_themselves(owner_id: str, start: int = 0) -> list[ByItself]:
    """What rules joined in this book, newest first, as long as nobody took it apart: as many as are `SHOWN`."""
    rows = list(_by_rules(owner_id).select_related("person").order_by("-joined_at", "pk")[start : start + SHOWN])
    return [
        ByItself(
            row.card,
            row.name,
            frozenset(key for kind, key in row.brought["points"] if kind == ContactPoint.Kind.EMAIL),
            row.joined_at,
            row.person_id,
            row.person.name,
            str(row.brought["rule"]),
        )
        for row in rows
    ]


def count_joined(owner_id: str) -> int:
    """How many cards rules joined in this book, and nobody took apart."""
    return _by_rules(owner_id).count()


def _by_rules(owner_id: str) -> QuerySet[JoinedCard]:
    return JoinedCard.objects.filter(person__owner_id=owner_id, brought__has_key="rule")


def note_rule(owner_id: str, card_id: str, why: str, *, hint: bool = False) -> None:
    """Keep by which rule a card was joined, with what is kept for taking it apart. In the transaction of the merge.

    With `hint` the desk counts it, until the owner has looked: so none is hidden by a look that was killed.
    """
    if hint:
        Connector.objects.filter(pk=owner_id).update(joined_alone=F("joined_alone") + 1)
    row = JoinedCard.objects.get(card=card_id, person__owner_id=owner_id)
    row.brought = {**row.brought, "rule": why}
    row.save(update_fields=["brought"])


# ---------------------------------------------------------------- looking


def look(owner_id: str) -> Look | None:
    """How the last look through this book went; None where there was none."""
    row = SameLook.objects.filter(owner_id=owner_id).first()
    return None if row is None else Look(row.began_at, row.ended_at, _alive(row), row.cards, row.joined)


def begin_look(owner_id: str) -> bool:
    """Show from now on that a book is looked through; False where that is shown already."""
    row = SameLook.objects.filter(owner_id=owner_id).first()
    if row is not None and _alive(row):
        return False
    take_look(owner_id)
    return True


def take_look(owner_id: str) -> str:
    """Become the one who looks through a book, in place of whoever was: the id under which to end it.

    Only one may work for an owner at a time; so whoever was has ended, was killed, or has not begun.
    """
    mine = new_id()
    SameLook.objects.update_or_create(
        owner_id=owner_id, defaults={"began_at": _now(), "runner": mine, "ended_at": None}
    )
    return mine


def end_look(
    owner_id: str, runner: str, found: Sequence[tuple[str, str, str]], *, seen: int, joined: int, hint: bool = False
) -> bool:
    """Put these questions (two cards and a rule each, the surest first) in place of the old ones.

    With `hint` the desk says how many are new, until the owner has looked at them. False, and nothing is changed,
    where somebody else has taken over.
    """
    with transaction.atomic():
        mine = SameLook.objects.filter(owner_id=owner_id, runner=runner)
        if mine.update(runner="", ended_at=_now(), cards=seen, joined=joined) != 1:
            return False
        # An answer that was given meanwhile counts.
        apart = told_apart(owner_id)
        rows: dict[tuple[str, str], MaybeSame] = {}
        for one, other, why in found:
            low, high = _pair(one, other)
            if low != high and (low, high) not in apart:
                rows.setdefault((low, high), MaybeSame(owner_id=owner_id, one=low, other=high, why=why, rank=len(rows)))
        old = MaybeSame.objects.filter(owner_id=owner_id)
        new = len(rows.keys() - set(old.values_list("one", "other"))) if hint else 0
        old.delete()
        MaybeSame.objects.bulk_create(rows.values(), batch_size=_BATCH)
        if new:
            # What was not looked at yet is hinted at along with it.
            waiting = Least(F("maybe_same") + new, Value(len(rows)))
            Connector.objects.filter(pk=owner_id).update(maybe_same=waiting)
    return True


def hint_seen(owner_id: str) -> None:
    """Hint no more at the questions and joins that are there: their owner has seen that there are some."""
    Connector.objects.filter(pk=owner_id).exclude(maybe_same=0, joined_alone=0).update(maybe_same=0, joined_alone=0)


def _alive(row: SameLook) -> bool:
    return bool(row.runner) and row.ended_at is None and _now() - row.began_at < SILENCE


def _bare(card_id: str) -> str:
    return sealing.index("card", card_id)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _now() -> datetime:
    """The machine's own time, as for imports: a post room that moves its clock must not make a look seem dead."""
    return datetime.now(UTC)
