"""Everybody in one book at a glance, for what is computed over all of them: ids and keyed hashes, never an address."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from twoyes.people.models import ContactPoint, Knowing, Person


@dataclass(frozen=True, slots=True)
class InBook:
    """A card: the keys of its addresses, how well its owner says they know them ("" for no word), and its mark."""

    id: str
    name: str
    keys: tuple[str, ...]
    how_well: str
    not_listed: bool


def everybody(owner_id: str) -> list[InBook]:
    """Return every card of a book that is not erased, in the order of their ids, by three queries."""
    people = Person.objects.filter(owner_id=owner_id, erased_at=None).order_by("pk").values_list("pk", "name")
    emails = ContactPoint.objects.filter(person__owner_id=owner_id, kind=ContactPoint.Kind.EMAIL)
    keys = defaultdict[str, list[str]](list)
    for person, key in emails.order_by("person_id", "rank").values_list("person_id", "key"):
        keys[person].append(key)
    known = Knowing.objects.filter(person__owner_id=owner_id)
    by_heart = {row[0]: row[1:] for row in known.values_list("person_id", "how_well", "not_listed_at")}
    return [
        InBook(person, name, tuple(keys[person]), how_well, not_listed is not None)
        for person, name in people
        for how_well, not_listed in [by_heart.get(person, ("", None))]
    ]
