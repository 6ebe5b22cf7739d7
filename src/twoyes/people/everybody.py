"""Everybody in one book at a glance, for what is computed over all of them: ids and keyed hashes, never an address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched

from django.db.models import Q

from twoyes.people import knowing
from twoyes.people.models import ContactPoint, Knowing, Person

# As many as a statement may have parameters, on every engine.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class InBook:
    """A card: the keys of its addresses, how well its owner says they know them ("" for no word), and its marks."""

    id: str
    name: str
    keys: tuple[str, ...]
    how_well: str
    not_listed: bool
    do_not_ask: bool = False


def everybody(owner_id: str) -> list[InBook]:
    """Return every card of a book that is not erased, in the order of their ids, by a handful of queries."""
    people = Person.objects.filter(owner_id=owner_id, erased_at=None).order_by("pk").values_list("pk", "name")
    emails = ContactPoint.objects.filter(person__owner_id=owner_id, kind=ContactPoint.Kind.EMAIL)
    keys = defaultdict[str, list[str]](list)
    for person, key in emails.order_by("person_id", "rank").values_list("person_id", "key"):
        keys[person].append(key)
    known = Knowing.objects.filter(person__owner_id=owner_id)
    by_heart = {row[0]: row[1:] for row in known.values_list("person_id", "how_well", "not_listed_at", "do_not_ask_at")}
    gone = knowing.unlisted_in(owner_id)
    return [
        InBook(person, name, tuple(keys[person]), how_well, bool(not_listed) or person in gone, do_not_ask is not None)
        for person, name in people
        for how_well, not_listed, do_not_ask in [by_heart.get(person, ("", None, None))]
    ]


def in_book(owner_id: str, card_ids: Iterable[str]) -> dict[str, InBook]:
    """Return those of these cards that are in this book and not erased, by their ids, without the keys of addresses."""
    found = dict[str, InBook]()
    for some in batched(sorted(set(card_ids)), _AT_ONCE):
        rows = Person.objects.filter(owner_id=owner_id, erased_at=None, pk__in=some).values_list("pk", "name")
        known = Knowing.objects.filter(person_id__in=some).values_list(
            "person_id", "how_well", "not_listed_at", "do_not_ask_at"
        )
        by_heart = {row[0]: row[1:] for row in known}
        gone = knowing.unlisted(some)
        for person, name in rows:
            how_well, not_listed, do_not_ask = by_heart.get(person, ("", None, None))
            hidden = not_listed is not None or person in gone
            found[person] = InBook(person, name, (), how_well, hidden, do_not_ask is not None)
    return found


def marked_keys(owner_id: str) -> frozenset[str]:
    """Return the address keys of this book's cards that are not to be listed or not to be asked.

    Those of everybody who asked to stand in no list are among them, in this book or not.
    """
    marked = Knowing.objects.filter(person__owner_id=owner_id)
    marked = marked.filter(Q(not_listed_at__isnull=False) | Q(do_not_ask_at__isnull=False))
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, person__in=marked.values("person_id"))
    gone = ContactPoint.objects.filter(person_id__in=knowing.unlisted_in(owner_id))
    return frozenset({*points.values_list("key", flat=True), *gone.values_list("key", flat=True)}) | (
        knowing.unlisted_keys()
    )
