"""Bringing a file of contacts into a book: read, match, decide, then write in chunks.

Importing the same file again changes nothing; what the owner wrote on a card since is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import batched
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from twoyes.lib import locking
from twoyes.lib.errors import Refused
from twoyes.people import matching, names, points, sources
from twoyes.people.matching import Known, Match
from twoyes.people.models import Connector, ContactPoint, Person
from twoyes.people.records import ImportReport, Rejected
from twoyes.people.sources import table
from twoyes.people.sources.base import Entry

Kind = ContactPoint.Kind
# A broken import loses at most this many rows of work, and holds the only writer of SQLite for a moment.
CHUNK = 200
CLEAR = ("name", "organisation", "position", "known_since")


@dataclass(slots=True)
class Change:
    """What a row brings to a card: new values of clear fields, and points to add."""

    match: Match
    fields: dict[str, object] = field(default_factory=dict)
    email_rank: int | None = None
    profile: bool = False

    def __bool__(self) -> bool:
        known = self.match.known
        linked = known is not None and known.source_key != "" and not self.profile
        return known is None or bool(self.fields) or self.email_rank is not None or not linked


def import_contacts(
    owner_id: str,
    path_or_bytes: Path | str | bytes,
    *,
    name: str,
    progress: Callable[[int, int], None] | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Take the people of a file into the owner's book, in chunks of 200 rows, each committed by itself.

    `name` is the file's name, for sentences. `progress(done, total)` is called after each chunk. With
    `dry_run` the report is the same and nothing is written. A record that cannot be taken is in `rejected`.
    Raises Refused, with what to do: too_big, archive, empty_file, utf16, binary, not_contacts,
    too_many_columns, too_many_rows, no_such_file, no_such_connector, book_changed.
    """
    if not Connector.objects.filter(pk=owner_id, removed_at=None).exists():
        raise Refused("no_such_connector", _("There is no such connector."))
    text = table.text_of(_bytes(path_or_bytes, name), name)
    kind = sources.detect(text, name)
    reading = kind.read(text)
    rejected = list(reading.rejected)
    changes: list[Change] = []
    unchanged = 0
    for found in matching.match(reading.entries, matching.load(owner_id), kind.name):
        if found.earlier is not None:
            unchanged += _repeated(found, found.earlier, rejected)
        elif change := _decide(found):
            changes.append(change)
        else:
            unchanged += 1
    if not dry_run:
        _write(owner_id, kind.name, changes, progress)
    added = sum(change.match.known is None for change in changes)
    where = _("%(name)s, line %(line)d")
    return ImportReport(
        added=added,
        updated=len(changes) - added,
        unchanged=unchanged,
        rejected=[Rejected(where % {"name": name, "line": line}, why) for line, why in sorted(rejected)],
    )


def _bytes(path_or_bytes: Path | str | bytes, name: str) -> bytes:
    if isinstance(path_or_bytes, bytes):
        return path_or_bytes
    try:
        with Path(path_or_bytes).open("rb") as file:
            # One byte more than is allowed, so that a file of any size is refused without reading it.
            return file.read(table.MOST_BYTES + 1)
    except OSError as exc:
        raise Refused("no_such_file", _("“%s” cannot be read. Is it there, and is it a file?") % name) from exc


def _repeated(found: Match, earlier: Entry, rejected: list[tuple[int, str]]) -> int:
    """1 where a row only says again what an earlier one said; else it is rejected."""
    entry = found.entry
    same = (entry.name, entry.organisation, entry.position, entry.known_since, entry.address)
    if same == (earlier.name, earlier.organisation, earlier.position, earlier.known_since, earlier.address):
        return 1
    rejected.append((entry.line, _("The same person stands on line %d, with other details.") % earlier.line))
    return 0


# ---------------------------------------------------------------- decide


def _decide(found: Match) -> Change:
    """What is new in this row since the source spoke last, but for what the owner changed since then."""
    change = Change(found)
    known, entry = found.known, found.entry
    if known is None:
        return change
    for column in CLEAR:
        now, new = getattr(known, column), getattr(entry, column)
        if new and _is_news(known.marks.get(column), _mark(column, now) if now else None, _mark(column, new)):
            change.fields[column] = new
    if entry.address:
        key = points.key(Kind.EMAIL, entry.address)
        if key not in known.emails and key != known.marks.get("address"):
            # The source's new address follows its old one; before an address of the owner's it does not go.
            first = not known.emails or known.emails[0] == known.marks.get("address")
            change.email_rank = 0 if first else len(known.emails)
    change.profile = bool(entry.profile) and found.key not in known.profiles and found.key != known.source_key
    return change


def _is_news(said: str | None, now: str | None, new: str) -> bool:
    """Whether the source says something new about a field that still is as the source last said, or empty."""
    return new not in (said, now) and now in (said, None)


def _mark(column: str, value: object) -> str:
    # What stands clear in the row needs no key; a keyed index here would double the time of an import.
    return blake2b(f"{column}:{value}".encode(), digest_size=8).hexdigest()


def _marks(entry: Entry) -> dict[str, str]:
    marks = {column: _mark(column, value) for column in CLEAR if (value := getattr(entry, column))}
    if entry.address:
        marks["address"] = points.key(Kind.EMAIL, entry.address)
    return marks


# ---------------------------------------------------------------- write


def _write(owner_id: str, kind: str, changes: list[Change], progress: Callable[[int, int], None] | None) -> None:
    done = 0
    for chunk in batched(changes, CHUNK):
        try:
            with locking.making_way(), transaction.atomic():
                _add(owner_id, kind, [change.match for change in chunk if change.match.known is None])
                for change in chunk:
                    if change.match.known is not None:
                        _update(change.match.known, kind, change)
        except IntegrityError as exc:
            # `card_source_once`: the same people came in by another door meanwhile.
            sentence = _("The address book changed meanwhile. Import the file again: nobody will be there twice.")
            raise Refused("book_changed", sentence) from exc
        done += len(chunk)
        if progress is not None:
            progress(done, len(changes))


def _add(owner_id: str, kind: str, matches: list[Match]) -> None:
    people, contacts = [], []
    for found in matches:
        entry = found.entry
        row = Person(
            owner_id=owner_id,
            name=entry.name,
            organisation=entry.organisation,
            position=entry.position,
            known_since=entry.known_since,
            search=names.search_text(entry.name, entry.organisation),
            source_kind=kind,
            source_key=found.key,
            source_marks=_marks(entry),
        )
        people.append(row)
        if entry.address:
            contacts.append(points.build(row.pk, Kind.EMAIL, entry.address))
        if entry.profile:
            contacts.append(points.build(row.pk, Kind.PROFILE, entry.profile))
    Person.objects.bulk_create(people)
    ContactPoint.objects.bulk_create(contacts)


def _update(known: Known, kind: str, change: Change) -> None:
    entry = change.match.entry
    row = Person.objects.filter(pk=known.id, erased_at=None).first()
    if row is None:
        # Erased or deleted since the file was matched: it must not come back by this door.
        return
    for column, value in change.fields.items():
        setattr(row, column, value)
    row.search = names.search_text(row.name, row.organisation)
    row.source_marks = {**row.source_marks, **_marks(entry)}
    if change.profile or not row.source_key:
        row.source_kind, row.source_key = kind, change.match.key
    row.save()
    if change.email_rank is not None:
        given = list(points.reveal(row.pk, Kind.EMAIL))
        given.insert(change.email_rank, entry.address)
        points.replace(row.pk, Kind.EMAIL, given)
    if change.profile:
        points.replace(row.pk, Kind.PROFILE, [*points.reveal(row.pk, Kind.PROFILE), entry.profile])
