"""Writing one chunk of an import: new cards all at once, changed ones one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from twoyes.lib import sealing
from twoyes.people import deciding, names, points
from twoyes.people.deciding import Change
from twoyes.people.matching import Match
from twoyes.people.models import CardSource, ContactPoint, Person
from twoyes.people.sources.base import Entry

Kind = ContactPoint.Kind


def write(owner_id: str, kind: str, changes: Iterable[Change]) -> None:
    """Write what a chunk brings to a book. Part of the caller's transaction."""
    people: list[Person] = []
    links: list[CardSource] = []
    reached: list[ContactPoint] = []
    for change in changes:
        if change.match.known is None:
            card = _card(owner_id, change.match.entry)
            people.append(card)
            links.append(_link(owner_id, card.pk, kind, change.match))
            reached += _points(card.pk, change.match.entry)
        else:
            _update(owner_id, kind, change)
    Person.objects.bulk_create(people)
    CardSource.objects.bulk_create(links)
    ContactPoint.objects.bulk_create(reached)


def _card(owner_id: str, entry: Entry) -> Person:
    card = Person(
        owner_id=owner_id,
        name=entry.name,
        organisation=entry.organisation,
        position=entry.position,
        known_since=entry.known_since,
        last_contact=entry.last_contact,
        search=names.search_text(entry.name, entry.organisation),
        name_key=names.key(entry.name),
    )
    sealing.put(card, "notes", entry.notes)
    return card


def _points(card_id: str, entry: Entry) -> Iterator[ContactPoint]:
    profiles = [entry.profile] if entry.profile else []
    for kind, values in ((Kind.EMAIL, entry.addresses), (Kind.PHONE, entry.phones), (Kind.PROFILE, profiles)):
        yield from (points.build(card_id, kind, one, rank=rank) for rank, one in enumerate(values))


def _link(owner_id: str, card_id: str, kind: str, found: Match) -> CardSource:
    return CardSource(owner_id=owner_id, person_id=card_id, kind=kind, key=found.key, marks=deciding.marks(found.entry))


def _update(owner_id: str, kind: str, change: Change) -> None:
    known = change.match.known
    row = Person.objects.filter(pk=known.id, erased_at=None).first() if known else None
    if row is None:
        # Erased or deleted since the file was matched: it must not come back by this door.
        return
    for column, value in change.fields.items():
        setattr(row, column, value)
    row.search, row.name_key = names.search_text(row.name, row.organisation), names.key(row.name)
    if change.notes:
        sealing.put(row, "notes", change.notes)
    row.save()
    for point, new in change.points.items():
        given = points.reveal(row.pk, point)
        ordered = [*new, *given] if change.first and point == Kind.EMAIL else [*given, *new]
        points.replace(row.pk, point, ordered[: points.MOST])
    said = deciding.marks(change.match.entry)
    if not CardSource.objects.filter(owner_id=owner_id, kind=kind, key=change.match.key).update(marks=said):
        _link(owner_id, row.pk, kind, change.match).save(force_insert=True)
