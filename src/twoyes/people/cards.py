"""One connector's cards: adding, changing and finding them. Every query is scoped by the owner (E8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from itertools import batched
from typing import Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from twoyes.lib import addresses, limits, sealing, text
from twoyes.lib.errors import Refused
from twoyes.lib.prepared import insert, prepared
from twoyes.people import joining, knowing, names, points
from twoyes.people.models import Connector, ContactPoint, Person
from twoyes.people.records import Ambiguous, Card, CardDetails, CardFields, CardSecrets

Kind = ContactPoint.Kind
ID = re.compile(r"[0-9a-z]{12}")
# As many candidates as somebody can look through before writing more of the name.
CANDIDATES = 20
# A long conversation fits; a whole archive pasted by mistake does not.
NOTES_LENGTH = 20_000


# ---------------------------------------------------------------- one card


def card(owner_id: str, card_id: str) -> Card | None:
    """The card of that id in this book; a foreign or missing id alike is None (E8)."""
    row = next(iter(_one_card(owner_id, card_id)), None)
    return None if row is None else _view(row)


def names_on(owner_id: str, card_ids: Sequence[str]) -> dict[str, str]:
    """The names on these cards by id, in one query; a foreign or missing id is left out (E8)."""
    return {pk: name for some in batched(card_ids, _AT_ONCE) for pk, name in _names(owner_id, list(some))}


def listed_names(owner_id: str, card_ids: Sequence[str]) -> dict[str, str]:
    """The names on those of these cards that may stand in a list (B4): neither erased nor marked as not listed."""
    return {pk: name for some in batched(card_ids, _AT_ONCE) for pk, name in _listed(owner_id, some)}


def _listed(owner_id: str, ids: Sequence[str]) -> QuerySet[Person, tuple[str, str]]:
    rows = Person.objects.filter(owner_id=owner_id, pk__in=ids, erased_at=None)
    return knowing.listed(rows).values_list("pk", "name")


# As many as a statement may have parameters, on every engine.
_AT_ONCE = 500


@prepared
def _names(owner_id: str, ids: Sequence[str]) -> QuerySet[Person, tuple[str, str]]:
    return Person.objects.filter(owner_id=owner_id, pk__in=ids).values_list("pk", "name")


def listed_cards(owner_id: str, card_ids: Collection[str]) -> list[Card]:
    """Those of these cards that are in this book, not erased, and may stand in a list."""
    rows = knowing.listed(_cards(owner_id).filter(erased_at=None))
    return [_view(row) for some in batched(sorted(card_ids), _AT_ONCE) for row in rows.filter(pk__in=some)]


def addressee(owner_id: str, card_id: str) -> tuple[str, str]:
    """The name on a card of this book and the address that mail goes to, as they stand now (A21); "" for what is not.

    For the way of a letter: `card` and `points.address_of` in one query.
    """
    for owner, name, point, value in _addressee(card_id):
        return name if owner == owner_id else "", points.revealed(point, value) if point and value else ""
    return "", ""


def secrets_of(owner_id: str, card_id: str) -> CardSecrets | None:
    """What only the owner may read of a card: addresses, numbers, profiles, notes (S1)."""
    row = _cards(owner_id).filter(pk=card_id).first()
    if row is None:
        return None
    return CardSecrets(
        addresses=points.reveal(row.pk, Kind.EMAIL),
        phones=points.reveal(row.pk, Kind.PHONE),
        profiles=points.reveal(row.pk, Kind.PROFILE),
        notes=sealing.get(row, "notes"),
    )


def addresses_on(owner_id: str, card_id: str) -> list[str]:
    """The addresses on a card of this book, the one that mail goes to first; none for a foreign id."""
    found = secrets_of(owner_id, card_id)
    return list(found.addresses) if found else []


def addresses_on_cards(owner_id: str, card_ids: Collection[str]) -> dict[str, list[str]]:
    """The addresses on each of these cards of the owner's book, in their order; for the owner's eyes alone (S1)."""
    found: dict[str, list[str]] = {}
    rows = ContactPoint.objects.filter(person__owner_id=owner_id, kind=Kind.EMAIL).order_by("rank", "pk")
    for some in batched(sorted(card_ids), _AT_ONCE):
        for row in rows.filter(person_id__in=some):
            found.setdefault(row.person_id, []).append(sealing.get(row, "value"))
    return found


def add_card(owner_id: str, *, name: str, **details: Unpack[CardDetails]) -> Card:
    """A new card, written by hand. Raises Refused: bad_text, bad_address, bad_phone, too_many."""
    with transaction.atomic():
        if not _connector(owner_id):
            raise Refused("no_such_connector", _("There is no such connector."))
        row = Person(owner_id=owner_id)
        _fill(row, {"name": name, **details})
        insert(row)
        points.give(row.pk, Kind.EMAIL, details.get("addresses", ()))
        points.give(row.pk, Kind.PHONE, details.get("phones", ()))
    return _reread(owner_id, row.pk)


@prepared
def _connector(pk: str) -> QuerySet[Connector, str]:
    return Connector.objects.filter(pk=pk, removed_at=None).values_list("pk", flat=True)


def edit_card(owner_id: str, card_id: str, **fields: Unpack[CardFields]) -> Card:
    """Change the given fields of a card and no other; `addresses` and `phones` replace the whole list.

    Mail that has not passed its point of no return goes to the new first address (A21).
    Raises Refused: no_such_card, bad_text, bad_address, bad_phone, too_many.
    """
    with transaction.atomic():
        row = Person.objects.filter(pk=card_id, owner_id=owner_id, erased_at=None).first()
        if row is None:
            raise Refused("no_such_card", _("There is no such card in this address book."))
        _fill(row, fields)
        row.save()
        _fill_points(row, fields)
    return _reread(owner_id, row.pk)


def add_address(owner_id: str, card_id: str, address: str) -> Card:
    """Add an address to a card, after those that it has. Raises Refused: no_such_card, bad_address, too_many."""
    with transaction.atomic():
        if not _cards(owner_id).filter(pk=card_id, erased_at=None).exists():
            raise Refused("no_such_card", _("There is no such card in this address book."))
        points.replace(card_id, Kind.EMAIL, [*points.reveal(card_id, Kind.EMAIL), address])
    return _reread(owner_id, card_id)


# ---------------------------------------------------------------- finding


def find(owner_id: str, query: str, *, limit: int = 50, hints: bool = False) -> list[Card]:
    """Cards whose name or organisation has words that begin as the query's do; all cards for no query.

    Blind to case, accents, order, titles and credentials. `someone@example.org` finds by the exact address,
    `@example.org` by the domain, through blind indexes. Cards whose whole name was written come first. A card that is
    not to be listed is found by its whole name or an address alone, and as a hint, which nobody asked for, never (B4).
    """
    query = query.strip()
    wanted = names.query_words(query)
    if wanted and "@" not in query:
        asked = owner_id, [f" {word}" for word in wanted], names.key_of(wanted)
        few = len(wanted) <= _FEW
        whole = list(_worded(limit, whole=True, hints=hints, few=few)(*asked))
        # A letter or two may mean ten thousand people: only as many are fetched as are shown.
        near = _worded(limit, whole=False, hints=hints, few=few)(*asked) if len(whole) < limit else ()
        return [_view(row) for row in [*whole, *near][:limit]]
    rows = _cards(owner_id).filter(erased_at=None)
    seen = knowing.listed(rows)
    if "@" in query:
        found = _by_address(seen if hints or query.startswith("@") else rows, query)
        return [_view(row) for row in found[:limit]]
    return [] if query else [_view(row) for row in seen.order_by("search", "pk")[:limit]]


# A query is kept for as many words as names have; whoever writes a whole page is answered, and no query is kept.
_FEW = 8


@lru_cache(maxsize=32)
def _worded(limit: int, *, whole: bool, hints: bool, few: bool) -> Callable[[str, list[str], str], Iterable[Person]]:
    """What finds cards by the beginnings of words: of this very name, or any other and may stand in a list."""

    def build(owner_id: str, begun: list[str], name_key: str) -> QuerySet[Person]:
        rows = _having(_cards(owner_id).filter(erased_at=None), begun)
        rows = rows.filter(name_key=name_key) if whole else rows.exclude(name_key=name_key)
        listed = rows if whole and not hints else knowing.listed(rows)
        return listed.order_by("search", "pk")[:limit]

    return prepared(build) if few else build


def _having(rows: QuerySet[Person], begun: Iterable[str]) -> QuerySet[Person]:
    for each in begun:
        rows = rows.filter(Q(search__contains=each) | joining.named_otherwise(each))
    return rows


def who(owner_id: str, written: str) -> Card:
    """The one card meant by an id, a connector's handle, an address or a name (DESIGN: WHO).

    A handle stands for the public name of its connector, so that it tells nothing about their address; only
    `@handle` excludes the reading as a name. A whole name wins over a part of one.
    Raises Ambiguous (code "ambiguous", with `candidates`) or Refused("nobody").
    """
    written = written.strip()
    rows = _cards(owner_id).filter(erased_at=None)
    if ID.fullmatch(written) and (row := rows.filter(pk=written).first()):
        return _view(row)
    found = _meant(rows, owner_id, written)
    if not found:
        raise Refused("nobody", _("Nobody in this address book answers to “%s”.") % written)
    if len(found) > 1:
        sentence = _("Several people answer to “%s”. Write more of the name, or the id.") % written
        raise Ambiguous(sentence, tuple(_view(row) for row in found[:CANDIDATES]))
    return _view(found[0])


def _meant(rows: QuerySet[Person], owner_id: str, written: str) -> list[Person]:
    handle = written.removeprefix("@").lower()
    public = _name_of_handle(owner_id, handle)
    if "@" in written[1:]:
        return list(_by_address(rows, written))
    found = {row.pk: row for row in (_named(rows, public) if public else [])}
    if not written.startswith("@"):
        found |= {row.pk: row for row in _named(rows, written)}
    return list(found.values())


def _name_of_handle(owner_id: str, handle: str) -> str | None:
    row = Connector.objects.filter(handle=handle, removed_at=None).first()
    return row.name if row and (row.published or row.pk == owner_id) else None


def _named(rows: QuerySet[Person], written: str) -> list[Person]:
    """Cards with exactly this name; failing that, cards whose names hold all its words."""
    wanted = names.query_words(written)
    if not wanted:
        return []
    rows = _having(rows, [f" {word}" for word in wanted])
    near = list(rows.order_by("search", "pk"))
    called = joining.names_before([row.pk for row in near])
    exact = [row for row in near if wanted in {names.words(name) for name in (row.name, *called.get(row.pk, ()))}]
    if exact:
        return exact
    seen = set(knowing.listed(rows).values_list("pk", flat=True))
    return [row for row in near if row.pk in seen and set(wanted) <= set(names.all_words(row.name))]


def _by_address(rows: QuerySet[Person], query: str) -> QuerySet[Person]:
    """Cards with this address, or with any address of this domain."""
    try:
        if query.startswith("@"):
            wanted = {"domain_key": addresses.domain_key(addresses.parse(f"any{query}"))}
        else:
            wanted = {"key": addresses.key(addresses.parse(query))}
    except Refused:
        return rows.none()
    having = ContactPoint.objects.filter(kind=Kind.EMAIL, **wanted).values("person_id")
    return rows.filter(pk__in=having).order_by("search", "pk")


# ---------------------------------------------------------------- parts


def _view(row: Person) -> Card:
    return points.view(row, has_address=getattr(row, "has_address", False))


def _cards(owner_id: str) -> QuerySet[Person]:
    emails = ContactPoint.objects.filter(person=OuterRef("pk"), kind=Kind.EMAIL)
    return Person.objects.filter(owner_id=owner_id).annotate(has_address=Exists(emails))


@prepared
def _addressee(card_id: str) -> QuerySet[Person, tuple[str, str, str | None, bytes | None]]:
    first = ContactPoint.objects.filter(person_id=OuterRef("pk"), kind=Kind.EMAIL).order_by("rank", "pk")
    point, value = Subquery(first.values("pk")[:1]), Subquery(first.values("value")[:1])
    return Person.objects.filter(pk=card_id).values_list("owner_id", "name", point, value)


@prepared
def _one_card(owner_id: str, card_id: str) -> QuerySet[Person]:
    return _cards(owner_id).filter(pk=card_id)


def _reread(owner_id: str, card_id: str) -> Card:
    return _view(_one_card(owner_id, card_id)[0])


def _fill(row: Person, fields: CardFields) -> None:
    if "name" in fields:
        row.name = _line(fields["name"], _("The name"))
        if not row.name:
            raise Refused("bad_text", _("A name is needed."))
    if "organisation" in fields:
        row.organisation = _line(fields["organisation"], _("The organisation"))
    if "position" in fields:
        row.position = _line(fields["position"], _("The position"))
    if "known_since" in fields:
        row.known_since = fields["known_since"]
    if "notes" in fields:
        notes = text.many_lines(fields["notes"], limit=NOTES_LENGTH, field=_("The note"))
        sealing.put(row, "notes", notes)
    row.search, row.name_key = names.search_text(row.name, row.organisation), names.key(row.name)


def _fill_points(row: Person, fields: CardFields) -> None:
    if "addresses" in fields:
        points.replace(row.pk, Kind.EMAIL, fields["addresses"])
    if "phones" in fields:
        points.replace(row.pk, Kind.PHONE, fields["phones"])


def _line(value: str, field: str) -> str:
    return text.one_line(value, limit=limits.NAME_LENGTH, field=field)
