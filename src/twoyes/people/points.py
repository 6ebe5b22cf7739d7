"""Contact points: the sealed ways to reach a person, each findable by a blind index alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from twoyes.lib import addresses, sealing, text
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import insert, prepared
from twoyes.people.models import ContactPoint, Person
from twoyes.people.records import Card, Reach

Kind = ContactPoint.Kind
# More ways to reach one person than anybody has: a paste gone wrong.
MOST = 20


def keys_of(person_id: str) -> tuple[str, ...]:
    """The keys of all e-mail addresses on the card, first rank first: one person, whichever is used (A17)."""
    return tuple(_email_keys(person_id))


def reach(person_id: str) -> Reach:
    """All that the point of no return asks of a card, in one query: `keys_of` and `address_of`."""
    rows = _points(person_id, Kind.EMAIL)
    return Reach(tuple(row.key for row in rows), sealing.get(rows[0], "value") if rows else None)


def address_of(person_id: str) -> str | None:
    """The address that mail goes to: the first by rank, as it stands now (A21)."""
    values = reveal(person_id, Kind.EMAIL)
    return values[0] if values else None


def reveal(person_id: str, kind: Kind) -> tuple[str, ...]:
    """All values of one kind on a card, in the order of the owner."""
    return tuple(sealing.get(row, "value") for row in _points(person_id, kind))


def revealed(point_id: str, value: bytes) -> str:
    """The value of the point with this id, of which only that was read."""
    return sealing.unseal(value, f"{ContactPoint._meta.db_table}.value.{point_id}")


def build(person_id: str, kind: Kind, value: str, *, rank: int = 0) -> ContactPoint:
    """An unsaved, sealed point. Raises Refused: bad_address, bad_phone, bad_text."""
    value = clean(kind, value)
    row = ContactPoint(person_id=person_id, kind=kind, key=key(kind, value), rank=rank)
    if kind == Kind.EMAIL:
        row.domain_key = addresses.domain_key(value)
    sealing.put(row, "value", value)
    return row


def replace(person_id: str, kind: Kind, values: Sequence[str]) -> None:
    """Make these the person's points of one kind, the first being the one that is used.

    What is no longer named is deleted. Raises Refused: bad_address, bad_phone, bad_text, too_many.
    """
    rows = _built(person_id, kind, values)
    ContactPoint.objects.filter(person_id=person_id, kind=kind).delete()
    insert(*rows)


def give(person_id: str, kind: Kind, values: Sequence[str]) -> None:
    """Give points of one kind to a card that is new and has none; raises as `replace` does."""
    insert(*_built(person_id, kind, values))


def _built(person_id: str, kind: Kind, values: Sequence[str]) -> Iterable[ContactPoint]:
    if len(values) > MOST:
        raise Refused("too_many", _("A card holds at most %d addresses or numbers.") % MOST)
    rows: dict[str, ContactPoint] = {}
    for value in values:
        row = build(person_id, kind, value, rank=len(rows))
        rows.setdefault(row.key, row)
    return rows.values()


def key(kind: Kind, value: str) -> str:
    """The blind index of a cleaned value: equal for spellings that reach the same place."""
    if kind == Kind.EMAIL:
        return addresses.key(value)
    if kind == Kind.PHONE:
        return sealing.index("phone", re.sub(r"[^0-9+]", "", value))
    return sealing.index("profile", _profile(value))


def cards_with(keys: Iterable[str], *, owner_id: str | None = None) -> list[str]:
    """The ids of the cards that carry an e-mail address with one of these keys, in one book or, for care, in all."""
    wanted = list(keys)
    return sorted({*(_cards_of(wanted) if owner_id is None else _cards_in(wanted, owner_id))})


def keys_beside(owner_id: str, keys: Iterable[str]) -> tuple[str, ...]:
    """These keys and every other that the same people have in this book: one person's keys count together (A17)."""
    cards = cards_with(keys, owner_id=owner_id)
    return tuple(sorted({*keys, *_keys_of(cards)}))


@prepared
def _cards_of(keys: list[str]) -> QuerySet[ContactPoint, str]:
    return ContactPoint.objects.filter(kind=Kind.EMAIL, key__in=keys).values_list("person_id", flat=True)


@prepared
def _cards_in(keys: list[str], owner_id: str) -> QuerySet[ContactPoint, str]:
    points = ContactPoint.objects.filter(kind=Kind.EMAIL, key__in=keys, person__owner_id=owner_id)
    return points.values_list("person_id", flat=True)


@prepared
def _keys_of(cards: list[str]) -> QuerySet[ContactPoint, str]:
    # `person_id__in` would make text of values that are not known yet.
    return ContactPoint.objects.filter(person__id__in=cards, kind=Kind.EMAIL).values_list("key", flat=True)


@prepared
def _email_keys(person_id: str) -> QuerySet[ContactPoint, str]:
    points = ContactPoint.objects.filter(person_id=person_id, kind=Kind.EMAIL)
    return points.order_by("rank", "pk").values_list("key", flat=True)


@prepared
def _points(person_id: str, kind: Kind) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(person_id=person_id, kind=kind).order_by("rank", "pk")


def clean(kind: Kind, value: str) -> str:
    """The value as it is sealed. Raises Refused: bad_address, bad_phone, bad_text."""
    if kind == Kind.EMAIL:
        return addresses.parse(value)
    if kind == Kind.PROFILE:
        return text.one_line(value, limit=500, field=_("The profile"))
    value = text.one_line(value, limit=40, field=_("The number"))
    if sum(c.isdigit() for c in value) < 3:
        raise Refused("bad_phone", _("“%s” does not look like a telephone number.") % value)
    return value


def _profile(url: str) -> str:
    """A profile's address without what varies: scheme, country's host, letter case, trailing slash, query."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    host = ".".join((parts.hostname or "").split(".")[-2:])
    return f"{host}{unquote(parts.path).rstrip('/')}".lower()


def view(row: Person, *, has_address: bool) -> Card:
    """What may be shown of a card: nothing that reaches whoever is on it."""
    return Card(
        id=row.pk,
        owner_id=row.owner_id,
        name=row.name,
        organisation=row.organisation,
        position=row.position,
        known_since=row.known_since,
        last_contact=row.last_contact,
        has_address=has_address,
        erased=row.erased_at is not None,
    )
