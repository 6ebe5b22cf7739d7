"""Two cards of one book that are one person, and one card that was two: the people room's part of merge and split.

Nobody is joined across books, and nothing of another's book is read. A card that was joined to another is kept as it
was, so that its name still finds the person, a later import changes nothing, and both can be taken apart again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from twoyes.lib import limits, sealing, text
from twoyes.lib.errors import Refused
from twoyes.people import folding, names, points
from twoyes.people.models import CardSource, Connector, ContactPoint, JoinedCard, Person
from twoyes.people.records import Card

Kind = ContactPoint.Kind


@dataclass(frozen=True, slots=True)
class Joined:
    """A card that was joined to another: its own words, and which points came with it (their ids on the card now)."""

    id: str
    name: str
    organisation: str
    position: str
    joined_at: datetime
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One way to reach somebody, for the owner's eyes alone (S1)."""

    id: str
    kind: str
    value: str


def joined_cards(owner_id: str, card_id: str) -> list[Joined]:
    """The cards that were joined to this one, oldest first."""
    found = JoinedCard.objects.filter(person_id=card_id, person__owner_id=owner_id).order_by("joined_at", "pk")
    own = {(row.kind, row.key): row.pk for row in ContactPoint.objects.filter(person_id=card_id)}
    return [
        Joined(
            row.card,
            row.name,
            row.organisation,
            row.position,
            row.joined_at,
            tuple(own[kind, key] for kind, key in _brought(row, "points") if (kind, key) in own),
        )
        for row in found
    ]


def joined_to(owner_id: str, card_id: str) -> str | None:
    """The id of the card that this one was joined to, or None."""
    found = JoinedCard.objects.filter(card=card_id, person__owner_id=owner_id)
    return found.values_list("person_id", flat=True).first()


def cards_before(card_ids: Collection[str]) -> list[str]:
    """Return the ids of the cards that were joined to any of these, in whatever book: for care alone."""
    return sorted(JoinedCard.objects.filter(person_id__in=card_ids).values_list("card", flat=True))


def points_of(owner_id: str, card_id: str) -> list[Point]:
    """Every point on a card of this book, addresses first, in the owner's order."""
    rows = ContactPoint.objects.filter(person_id=card_id, person__owner_id=owner_id).order_by("kind", "rank", "pk")
    return [Point(row.pk, row.kind, sealing.get(row, "value")) for row in rows]


def named_otherwise(begun: str) -> Q:
    """What finds a card by a word of another name or organisation that it had before it was joined: " word"."""
    return Q(pk__in=JoinedCard.objects.filter(search__contains=begun).values("person_id"))


def names_before(card_ids: Collection[str]) -> dict[str, list[str]]:
    """For each of these cards the names of those that were joined to it."""
    found: dict[str, list[str]] = {}
    for card, name in JoinedCard.objects.filter(person_id__in=card_ids).values_list("person_id", "name"):
        found.setdefault(card, []).append(name)
    return found


# ---------------------------------------------------------------- join


def both(owner_id: str, keep: str, other: str) -> tuple[Person, Person]:
    """Both cards of a merge. Raises Refused: no_such_card, same_card."""
    if keep == other:
        raise Refused("same_card", _("That is the same card. Choose another one of the same person."))
    rows = {row.pk: row for row in Person.objects.filter(pk__in=[keep, other], owner_id=owner_id, erased_at=None)}
    if len(rows) < 2:
        raise Refused("no_such_card", _("There is no such card in this address book."))
    return rows[keep], rows[other]


def join(owner_id: str, keep: str, other: str, *, introductions: Sequence[str], now: datetime) -> None:
    """Make one card of two: `keep` stays, with all that `other` has; where both say something, `keep` is right.

    `introductions` names what was re-bound, to give it back on a split. Nothing may refer to `other` any more. Part
    of the caller's transaction. Raises Refused: no_such_card, same_card.
    """
    mine, theirs = both(owner_id, keep, other)
    past = JoinedCard(person=mine, card=theirs.pk, name=theirs.name, search=theirs.search, joined_at=now)
    notes = sealing.get(theirs, "notes") if theirs.notes else ""
    sealing.put(past, "notes", notes)
    sources = list(CardSource.objects.filter(person=theirs).values_list("pk", flat=True))
    mine_before, mine_says = folding.joined(keep), folding.said(mine)
    theirs_before, theirs_say = folding.joined(other), folding.said(theirs)
    past.brought = {
        **_move_points(keep, other),
        "sources": sources,
        "cards": [row.card for row in theirs_before],
        "introductions": list(introductions),
    }
    folding.keep(past, folding.own(theirs_say, theirs_before))
    # Its own past goes along, and comes back with it.
    JoinedCard.objects.filter(person=theirs).update(person=mine)
    CardSource.objects.filter(pk__in=sources).update(person=mine)
    past.save(force_insert=True)
    folding.number([*mine_before, past, *theirs_before], folding.own(mine_says, mine_before))
    folding.say(mine, folding.fold([mine_says, theirs_say]), now)
    _complete(mine, notes)
    theirs.delete()


def _move_points(keep: str, other: str) -> dict[str, object]:
    """Give the card that stays every point of the other, after its own; return which came, and which both had."""
    own = ContactPoint.objects.filter(person_id=keep)
    last: dict[str, int] = {}
    have = set()
    for row in own:
        have.add((row.kind, row.key))
        last[row.kind] = max(last.get(row.kind, -1), row.rank)
    came = []
    for row in ContactPoint.objects.filter(person_id=other).order_by("kind", "rank", "pk"):
        came.append([row.kind, row.key])
        if (row.kind, row.key) in have:
            row.delete()
            continue
        last[row.kind] = last.get(row.kind, -1) + 1
        row.person_id, row.rank = keep, last[row.kind]
        row.save(update_fields=["person_id", "rank"])
    return {"points": came, "shared": [list(one) for one in have if list(one) in came]}


def _complete(mine: Person, notes: str) -> None:
    """Notes of both are kept, one after the other."""
    if notes:
        kept = sealing.get(mine, "notes") if mine.notes else ""
        sealing.put(mine, "notes", f"{kept}\n\n{notes}" if kept else notes)
    mine.search = names.search_text(mine.name, mine.organisation)
    mine.save()


# ---------------------------------------------------------------- part


@dataclass(frozen=True, slots=True)
class Parted:
    """What leaves a card: the id of the new card, the points that move, and the introductions that go with them.

    `stays` and `goes` are the address keys of either card afterwards; an address that both had is in both.
    """

    new: str
    name: str
    points: tuple[str, ...]
    introductions: tuple[str, ...]
    stays: frozenset[str]
    goes: frozenset[str]


def plan_part(owner_id: str, card_id: str, move: Collection[str], *, name: str, again: str) -> Parted:
    """What a split would do; nothing is written.

    `move` names points by id, or addresses; `again` a card that was joined to this one, which then comes back with
    its name, its introductions and, where `move` is empty, its points. Raises Refused: no_such_card, nothing_moves,
    nothing_stays, no_such_point, bad_text.
    """
    if not Person.objects.filter(pk=card_id, owner_id=owner_id, erased_at=None).exists():
        raise Refused("no_such_card", _("There is no such card in this address book."))
    past = JoinedCard.objects.filter(card=again, person_id=card_id).first() if again else None
    if again and past is None:
        raise Refused("no_such_card", _("No such card was joined to this one."))
    own = {row.pk: (row.kind, row.key) for row in ContactPoint.objects.filter(person_id=card_id)}
    going = _meant(own, move)
    if past is not None and not move:
        going = [pk for pk, point in own.items() if list(point) in past.brought["points"]]
    if past is None and not going:
        raise Refused("nothing_moves", _("Tick what belongs to somebody else. Nothing has happened yet."))
    shared = past.brought["shared"] if past is not None else []
    if past is None and len(going) == len(own):
        raise Refused("nothing_stays", _("Leave at least one address or number on this card."))
    called = text.one_line(name, limit=limits.NAME_LENGTH, field=_("The name")) or (past.name if past else "")
    if not called:
        raise Refused("bad_text", _("A name is needed."))
    introductions = tuple(past.brought["introductions"]) if past is not None else ()
    moves = tuple(pk for pk in going if list(own[pk]) not in shared)
    stays = frozenset(key for pk, (kind, key) in own.items() if kind == Kind.EMAIL and pk not in moves)
    goes = frozenset(key for pk, (kind, key) in own.items() if kind == Kind.EMAIL and pk in going)
    goes |= {key for kind, key in shared if kind == Kind.EMAIL and (kind, key) in own.values()}
    return Parted(past.card if past else Person().pk, called, moves, introductions, stays, goes)


def part(owner_id: str, card_id: str, parted: Parted, *, now: datetime) -> Card:
    """Take a card apart as planned; return the new one. Part of the caller's transaction.

    A card that was joined to this one comes back as it was, with every mark that was set on the whole since, and this
    one says again what it said without it; what its owner changed on the whole stays.
    """
    past = JoinedCard.objects.filter(card=parted.new, person_id=card_id).first()
    row = Person(pk=parted.new, owner_id=owner_id, name=parted.name)
    notes = sealing.get(past, "notes") if past is not None and past.notes else ""
    sealing.put(row, "notes", notes)
    row.name_key = names.key(row.name)
    row.save(force_insert=True)
    ContactPoint.objects.filter(pk__in=parted.points, person_id=card_id).update(person=row)
    old = Person.objects.get(pk=card_id)
    if past is None:
        # Nobody can tell whom the marks were meant for, so they hold for both (A20).
        whole = folding.said(old)
        folding.say(row, folding.Said(do_not_ask_at=whole.do_not_ask_at, not_listed_at=whole.not_listed_at), now)
    else:
        if "rule" in past.brought:
            # The desk does not go on telling of what was taken apart.
            Connector.objects.filter(pk=owner_id, joined_alone__gt=0).update(joined_alone=F("joined_alone") - 1)
        _copy_shared(past, row)
        CardSource.objects.filter(pk__in=past.brought["sources"], person_id=card_id).update(person=row)
        _unfold(old, row, past, now)
        _drop_notes(old, notes)
        old.search = names.search_text(old.name, old.organisation)
        old.save()
    row.search = names.search_text(row.name, row.organisation)
    row.save()
    return points.view(row, has_address=ContactPoint.objects.filter(person=row, kind=Kind.EMAIL).exists())


def _unfold(old: Person, new: Person, past: JoinedCard, now: datetime) -> None:
    """Let either card say what it says without the other; the past of the one that leaves goes with it."""
    rows, whole = folding.joined(old.pk), folding.said(old)
    with_it = [row for row in rows if row.card in past.brought["cards"]]
    leaving = [past, *with_it]
    folding.say(new, folding.back(whole, rows, leaving), now)
    folding.say(old, folding.without(whole, rows, leaving), now)
    JoinedCard.objects.filter(pk__in=[row.pk for row in with_it]).update(person=new)
    folding.number(with_it, folding.kept(past))
    past.delete()


def _meant(own: dict[str, tuple[str, str]], move: Collection[str]) -> list[str]:
    by_key = {key: pk for pk, (_kind, key) in own.items()}
    found = []
    for one in move:
        pk = one if one in own else by_key.get(_key(one))
        if pk is None:
            raise Refused("no_such_point", _("This card has no such address or number."))
        found.append(pk)
    return list(dict.fromkeys(found))


def _key(written: str) -> str:
    try:
        return points.build("", Kind.EMAIL, written).key
    except Refused:
        return ""


def _copy_shared(past: JoinedCard, row: Person) -> None:
    """A point that both cards had belongs to both again."""
    shared = past.brought["shared"]
    for point in ContactPoint.objects.filter(person_id=past.person_id):
        if [point.kind, point.key] in shared:
            points.build(row.pk, Kind(point.kind), sealing.get(point, "value"), rank=point.rank).save(force_insert=True)


def _drop_notes(row: Person, notes: str) -> None:
    """Take notes that came with another card off again, as long as nobody wrote between their lines."""
    kept = sealing.get(row, "notes") if row.notes else ""
    if not notes or f"\n\n{notes}\n\n" not in f"\n\n{kept}\n\n":
        return
    before, _notes, after = f"\n\n{kept}\n\n".rpartition(f"\n\n{notes}\n\n")
    sealing.put(row, "notes", "\n\n".join(part for part in (before[2:], after[:-2]) if part))


def _brought(row: JoinedCard, name: str) -> list[tuple[str, str]]:
    return [(str(kind), str(key)) for kind, key in row.brought.get(name, ())]
