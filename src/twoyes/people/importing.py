"""Bringing a file of contacts into a book: look it over, then match, decide and write it chunk by chunk.

Importing the same file again changes nothing; what the owner wrote on a card since is left alone. Nothing but one chunk
of the file and eight bytes for each of its records is ever held.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from io import BytesIO
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from twoyes.lib import locking
from twoyes.lib.errors import Refused
from twoyes.people import deciding, matching, sources, writing
from twoyes.people.deciding import Change
from twoyes.people.matching import Match
from twoyes.people.models import Connector
from twoyes.people.records import ImportReport, Rejected
from twoyes.people.sources.base import Entry, File, Kind, Record, Rejection

# A broken import loses at most this many rows of work, and holds the only writer of SQLite for a moment.
CHUNK = 200

type Progress = Callable[[int, int], None]
type Opener = Callable[[], BinaryIO]


@dataclass(slots=True)
class Tally:
    """What became of the records so far: the four add up to `done`."""

    done: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """A file that was looked over and can be read: how many records it has, and the keys of all, short and sorted."""

    owner_id: str
    kind: Kind
    records: Callable[[], Iterator[Record]]
    total: int
    keys: array[int]
    twice: frozenset[int]


def import_contacts(
    owner_id: str,
    path_or_bytes: Path | str | bytes,
    *,
    name: str,
    progress: Progress | None = None,
    dry_run: bool = False,
    checked: Plan | None = None,
) -> ImportReport:
    """Take the people of a file into the owner's book, in chunks of 200 records, each committed by itself.

    `name` is the file's name, for sentences. `progress(done, total)` is called after each chunk. With
    `dry_run` the report is the same and nothing is written. A record that cannot be taken is in `rejected`.
    `checked` is what `check_contacts` found in this very file, which saves looking it over again.
    The whole file is looked over first, so that a file that is refused has left nothing behind. After a crash the
    same call takes up the rest. Raises Refused, with what to do: too_big, archive, empty_file, binary, not_contacts,
    too_many_columns, too_many_rows, whose_messages, no_such_file, no_such_connector, book_changed.
    """
    chosen = checked or check_contacts(owner_id, path_or_bytes, name=name)
    whole = Tally()
    for step in carry(chosen, write=not dry_run):
        whole.added += step.added
        whole.updated += step.updated
        whole.unchanged += step.unchanged
        whole.rejected += step.rejected
        whole.done += step.done
        if progress is not None:
            progress(whole.done, chosen.total)
    where = _("%(name)s, line %(line)d")
    return ImportReport(
        added=whole.added,
        updated=whole.updated,
        unchanged=whole.unchanged,
        rejected=[Rejected(where % {"name": name, "line": one.line}, one.why) for one in whole.rejected],
    )


def check_contacts(owner_id: str, path_or_bytes: Path | str | bytes, *, name: str) -> Plan:
    """What is in a file; writes nothing. Raises Refused as `import_contacts` does."""
    return plan(owner_id, opener(path_or_bytes, name), name)


def opener(path_or_bytes: Path | str | bytes, name: str) -> Opener:
    """What opens a file as often as it is read. Raises Refused("no_such_file")."""
    if isinstance(path_or_bytes, bytes):
        return lambda: BytesIO(path_or_bytes)
    path = Path(path_or_bytes)
    try:
        path.open("rb").close()
    except OSError as exc:
        raise Refused("no_such_file", _("“%s” cannot be read. Is it there, and is it a file?") % name) from exc
    return lambda: path.open("rb")


def detect(owner_id: str, opened: Opener, name: str) -> tuple[Kind, File]:
    """The kind of a file. Raises Refused as `import_contacts` does, but for what only all of its records show."""
    owner = Connector.objects.filter(pk=owner_id, removed_at=None).first()
    if owner is None:
        raise Refused("no_such_connector", _("There is no such connector."))
    return sources.detected(name, opened, owner.name)


def plan(owner_id: str, opened: Opener, name: str, *, beat: Callable[[], None] | None = None) -> Plan:
    """Look a whole file over, and write nothing. Raises Refused as `import_contacts` does.

    `beat` is called now and then, since this can take half a minute.
    """
    kind, file = detect(owner_id, opened, name)
    records = kind.prepare(file)
    keys: array[int] = array("Q")
    total = 0
    for number, record in enumerate(records()):
        if beat is not None and number % CHUNK == 0:
            beat()
        total += record.records if isinstance(record, Entry) else 1
        if isinstance(record, Entry):
            keys.append(matching.short(matching.source_key(record)))
    keys = array("Q", sorted(keys))
    twice = frozenset(one for one, other in pairwise(keys) if one == other)
    return Plan(owner_id, kind, lambda: iter(records()), total, keys, twice)


def carry(
    plan: Plan, *, skip: int = 0, write: bool = True, also: Callable[[Tally], None] | None = None
) -> Iterator[Tally]:
    """Take the records in, chunk by chunk; yield what became of each chunk. `skip` records were taken in before.

    `also` is called in each chunk's own transaction. Raises Refused("book_changed").
    """
    book = matching.Book(plan.owner_id, plan.kind.name, plan.keys)
    first: dict[int, tuple[int, bytes]] = {}
    records = plan.records()
    done = 0
    while chunk := list(islice(records, CHUNK)):
        step, kept = Tally(), []
        for record in chunk:
            if isinstance(record, Rejection):
                step.rejected.append(record)
            elif found := _new(record, plan, first, step):
                kept.append(found)
            step.done += record.records if isinstance(record, Entry) else 1
        done += step.done
        if done > skip:
            changes = [change for match in book.match(kept) if (change := _counted(match, step))]
            if write and (changes or also):
                _written(plan, changes, partial(also, step) if also else None)
            yield step


def _new(entry: Entry, plan: Plan, first: dict[int, tuple[int, bytes]], step: Tally) -> tuple[Entry, str] | None:
    """The record with its key; None where an earlier one has it: said again, or rejected for saying it differently."""
    key = matching.source_key(entry)
    short = matching.short(key)
    if short not in plan.twice:
        return entry, key
    said = blake2b(repr(deciding.marks(entry)).encode(), digest_size=8).digest()
    line, before = first.setdefault(short, (entry.line, said))
    if line == entry.line:
        return entry, key
    if before == said:
        step.unchanged += entry.records
    else:
        step.rejected.append(Rejection(entry.line, _("The same person stands on line %d, with other details.") % line))
    return None


def _written(plan: Plan, changes: list[Change], also: Callable[[], None] | None) -> None:
    try:
        with locking.making_way(), transaction.atomic():
            writing.write(plan.owner_id, plan.kind.name, changes)
            if also is not None:
                also()
    except IntegrityError as exc:
        # `card_source_once`: the same people came in by another door meanwhile.
        sentence = _("The address book changed meanwhile. Import the file again: nobody will be there twice.")
        raise Refused("book_changed", sentence) from exc


def _counted(found: Match, step: Tally) -> Change | None:
    """What has to be written for a record, after counting what becomes of it."""
    entry = found.entry
    if found.known is None and entry.only_known:
        step.rejected += [Rejection(line, entry.only_known) for line in entry.lines or (entry.line,)]
        return None
    change = deciding.decide(found)
    step.added += found.known is None
    step.updated += found.known is not None and bool(change)
    # Of several records about one person, one is the person and the others say no more.
    step.unchanged += entry.records - bool(change)
    return change or None
