"""Which card in the book a row of a file belongs to: decided on plain data, before anything is written.

Three steps: the source's own key; the same address under the same name; the same name since the same day
(a profile's address can change, and the company in a row without one). A card is taken once a file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from twoyes.lib import sealing
from twoyes.people import names, points
from twoyes.people.models import ContactPoint, Person
from twoyes.people.sources.base import Entry

Kind = ContactPoint.Kind


@dataclass(slots=True)
class Known:
    """A card that is in the book already, as far as matching needs it; `emails` are keys, by rank."""

    id: str
    name: str
    organisation: str
    position: str
    known_since: date | None
    source_kind: str
    source_key: str
    marks: dict[str, str]
    emails: list[str] = field(default_factory=list)
    profiles: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Match:
    """A row and its card: a known one, none (a new person), or an earlier row of the same file."""

    entry: Entry
    key: str
    known: Known | None = None
    earlier: Entry | None = None


def load(owner_id: str) -> list[Known]:
    """The whole book of one connector, without anything sealed."""
    rows = Person.objects.filter(owner_id=owner_id, erased_at=None).order_by("pk")
    columns = ("pk", "name", "organisation", "position", "known_since", "source_kind", "source_key")
    book = {row[0]: Known(*row) for row in rows.values_list(*columns, "source_marks")}
    found = ContactPoint.objects.filter(person__owner_id=owner_id).exclude(kind=Kind.PHONE)
    for person_id, kind, key in found.order_by("rank", "pk").values_list("person_id", "kind", "key"):
        if person_id in book and kind == Kind.EMAIL:
            book[person_id].emails.append(key)
        elif person_id in book:
            book[person_id].profiles.add(key)
    return list(book.values())


def source_key(entry: Entry) -> str:
    """The blind key of a row in its source: the profile's address, else name, company and date."""
    if entry.profile:
        return points.key(Kind.PROFILE, entry.profile)
    since = entry.known_since.isoformat() if entry.known_since else ""
    return sealing.index("source", f"{entry.name}\n{entry.organisation}\n{since}")


def match(entries: Iterable[Entry], book: list[Known], kind: str) -> list[Match]:
    """Each row with its card, in the order of the rows. Certain matches are made first, for all rows."""
    by_source = {known.source_key: known for known in book if known.source_kind == kind and known.source_key}
    first: dict[str, Entry] = {}
    keyed = [(entry, source_key(entry)) for entry in entries]
    taken = {by_source[key].id for _entry, key in keyed if key in by_source}
    near = _Near(book, taken)
    matches = []
    for entry, key in keyed:
        earlier = first.setdefault(key, entry)
        if earlier is not entry:
            matches.append(Match(entry, key, earlier=earlier))
        else:
            matches.append(Match(entry, key, known=by_source.get(key) or near.take(entry)))
    return matches


class _Near:
    """The cards that no row has by its key, each to be taken once, and only where there is no doubt."""

    def __init__(self, book: list[Known], taken: set[str]) -> None:
        self.taken = taken
        self.by_email: defaultdict[tuple[str, tuple[str, ...]], list[Known]] = defaultdict(list)
        self.by_since: defaultdict[tuple[date, tuple[str, ...]], list[Known]] = defaultdict(list)
        for known in book:
            words = names.words(known.name)
            for key in known.emails:
                self.by_email[key, words].append(known)
            if known.known_since:
                self.by_since[known.known_since, words].append(known)

    def take(self, entry: Entry) -> Known | None:
        words = names.words(entry.name)
        found: list[Known] = []
        if entry.address:
            found = self.by_email.get((points.key(Kind.EMAIL, entry.address), words), [])
        if not found and entry.known_since:
            found = self.by_since.get((entry.known_since, words), [])
        free = [known for known in found if known.id not in self.taken]
        if len(free) != 1:
            return None
        self.taken.add(free[0].id)
        return free[0]
