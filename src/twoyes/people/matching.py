"""Which card in the book a record of a file belongs to: decided chunk by chunk, on what the store finds by its indexes.

Four steps: the source's own key; the same profile; the same address under the same name; the same name since the same
day (a profile's address can change, and the company in a row without one). For messages, which say little more than a
name, also the name alone where one card has it. A card is taken once a file, and only where there is no doubt.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from twoyes.lib import sealing
from twoyes.people import joining, names, points
from twoyes.people.models import CardSource, ContactPoint, Person
from twoyes.people.sources.base import Entry

Kind = ContactPoint.Kind
# Sources whose records are known by the name alone.
BY_NAME = {"linkedin_messages"}


@dataclass(slots=True)
class Known:
    """A card that is in the book already, as far as deciding needs it; points are keys, by rank.

    `said` is what the source said of each field so far, and `links` its own keys for the card, with what it said last.
    """

    id: str
    name: str
    organisation: str
    position: str
    known_since: date | None
    last_contact: date | None
    has_notes: bool
    # The words of its name, and of every card that was merged into it.
    called: set[tuple[str, ...]] = field(default_factory=set)
    points: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    links: dict[str, dict[str, object]] = field(default_factory=dict)

    def said(self, column: str) -> set[str]:
        """Every value, as a hash, that the source is known to have said about a field."""
        found: set[str] = set()
        for marks in self.links.values():
            told = marks.get(column, ())
            found |= set(told) if isinstance(told, list) else {str(told)} if told else set()
        return found


@dataclass(frozen=True, slots=True)
class Match:
    """A record, its key in the source, and its card: a known one, or none, which makes a new person."""

    entry: Entry
    key: str
    known: Known | None = None


def source_key(entry: Entry) -> str:
    """The blind key of a record in its source: the profile's address, the source's own name, else all that tells it."""
    if entry.profile:
        return points.key(Kind.PROFILE, entry.profile)
    if entry.uid:
        return sealing.index("source", entry.uid)
    told = [entry.name, entry.organisation, *entry.addresses] if entry.addresses else [entry.name, entry.organisation]
    return sealing.index("source", "\n".join(["record", *told, *(() if entry.addresses else entry.phones)]))


def short(key: str) -> int:
    """The first 64 bits of a key: enough to tell a hundred thousand apart, and eight bytes each."""
    return int(key[:16], 16)


class Book:
    """The cards of one owner, looked at through the records of one file. `keys` are all its keys, short and sorted."""

    def __init__(self, owner_id: str, kind: str, keys: Sequence[int]) -> None:
        self.owner_id = owner_id
        self.kind = kind
        self.keys = keys

    def match(self, chunk: list[tuple[Entry, str]]) -> list[Match]:
        """Each record with its card, in the order of the records. Certain matches are made first."""
        certain = dict(self._links().filter(key__in=[key for _entry, key in chunk]).values_list("key", "person_id"))
        rest = [entry for entry, key in chunk if key not in certain]
        candidates = self._candidates(rest)
        cards = self._load({*certain.values(), *(card for cards in candidates.values() for card in cards)})
        taken = set(certain.values())
        matches = []
        for entry, key in chunk:
            known = cards.get(certain.get(key, ""))
            if key not in certain:
                known = self._free(entry, [cards[one] for one in candidates.get(entry.line, ()) if one in cards], taken)
            matches.append(Match(entry, key, known))
        return matches

    def _free(self, entry: Entry, found: list[Known], taken: set[str]) -> Known | None:
        """The one card of those that no other record of this file has."""
        words = names.words(entry.name)
        steps = [_profile, _address, _since, *([_name] if self.kind in BY_NAME else [])]
        by_step = ([one for one in found if near(entry, one, words)] for near in steps)
        near = next((cards for cards in by_step if cards), [])
        free = [one for one in near if one.id not in taken and not any(self._in_file(key) for key in one.links)]
        if len(free) != 1 or (self.kind in BY_NAME and len(near) != 1):
            return None
        taken.add(free[0].id)
        return free[0]

    def _in_file(self, key: str) -> bool:
        at = bisect_left(self.keys, short(key))
        return at < len(self.keys) and self.keys[at] == short(key)

    def _candidates(self, entries: list[Entry]) -> dict[int, list[str]]:
        """For the line of each record the cards that share a profile, an address or the name with it."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        lines: defaultdict[str, list[int]] = defaultdict(list)
        for entry in entries:
            for key in _keys(entry):
                lines[key].append(entry.line)
        having = ContactPoint.objects.filter(person__owner_id=self.owner_id, key__in=list(lines))
        for key, card in having.exclude(kind=Kind.PHONE).order_by("pk").values_list("key", "person_id"):
            for line in lines[key]:
                found[line].append(card)
        named: defaultdict[str, list[int]] = defaultdict(list)
        for entry in entries:
            if entry.known_since or self.kind in BY_NAME:
                named[names.key(entry.name)].append(entry.line)
        cards = Person.objects.filter(owner_id=self.owner_id, erased_at=None, name_key__in=list(named))
        for name_key, card in cards.order_by("pk").values_list("name_key", "pk"):
            for line in named[name_key]:
                found[line].append(card)
        return {line: list(dict.fromkeys(cards)) for line, cards in found.items()}

    def _links(self) -> QuerySet[CardSource]:
        return CardSource.objects.filter(owner_id=self.owner_id, kind=self.kind)

    def _load(self, ids: set[str]) -> dict[str, Known]:
        """These cards, without anything sealed."""
        rows = Person.objects.filter(pk__in=ids, erased_at=None).defer("search")
        book = {row.pk: _known(row) for row in rows}
        for card, before in joining.names_before(list(book)).items():
            book[card].called |= {names.words(name) for name in before}
        reached = ContactPoint.objects.filter(person_id__in=list(book)).order_by("rank", "pk")
        for card, kind, key in reached.values_list("person_id", "kind", "key"):
            book[card].points[kind].append(key)
        for card, key, marks in self._links().filter(person_id__in=list(book)).values_list("person_id", "key", "marks"):
            book[card].links[key] = marks
        return book


def _known(row: Person) -> Known:
    return Known(
        id=row.pk,
        name=row.name,
        called={names.words(row.name)},
        organisation=row.organisation,
        position=row.position,
        known_since=row.known_since,
        last_contact=row.last_contact,
        has_notes=bool(row.notes),
    )


def _keys(entry: Entry) -> Iterable[str]:
    yield from (points.key(Kind.EMAIL, address) for address in entry.addresses)
    if entry.profile:
        yield points.key(Kind.PROFILE, entry.profile)


def _profile(entry: Entry, known: Known, _words: tuple[str, ...]) -> bool:
    return bool(entry.profile) and points.key(Kind.PROFILE, entry.profile) in known.points[Kind.PROFILE]


def _address(entry: Entry, known: Known, words: tuple[str, ...]) -> bool:
    keys = {points.key(Kind.EMAIL, address) for address in entry.addresses}
    return bool(keys & set(known.points[Kind.EMAIL])) and words in known.called


def _since(entry: Entry, known: Known, words: tuple[str, ...]) -> bool:
    return entry.known_since is not None and entry.known_since == known.known_since and _name(entry, known, words)


def _name(_entry: Entry, known: Known, words: tuple[str, ...]) -> bool:
    return words in known.called
