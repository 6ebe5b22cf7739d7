"""Taking rows out of the log, and joining its small files. What is hidden is seen by nobody from that moment on.

`hide_source` and `forget_keys` write a row or two, in the caller's transaction; `rewrite` does the work, in a child.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from django.db import transaction

from twoyes.lib import env
from twoyes.network.log.columns import number
from twoyes.network.log.parts import alone, draft, folder, in_force, in_place, path_of
from twoyes.network.models import (
    GivenTie,
    HiddenKey,
    HistoryJob,
    Identity,
    LogPart,
    OwnAddress,
    Promise,
    Remembering,
    Source,
    Topic,
)
from twoyes.people import front as people

if TYPE_CHECKING:
    import pyarrow as pa

# So many small files of one source are joined into one; larger ones are left alone.
MANY = 16
SMALL = 64 * 1024 * 1024
# Nothing is written for longer than this, in seconds.
_DRAFT = 6 * 3600.0
_BATCH = 500


def hide_source(owner_id: str, source_id: str, now: datetime) -> bool:
    """Delete a source: from here on nothing of it is seen. Say whether this owner has it."""
    found = Source.objects.filter(owner_id=owner_id, pk=source_id, hidden_at=None)
    with transaction.atomic():
        hidden = found.update(hidden_at=now) == 1
        if hidden:
            Topic.objects.filter(owner_id=owner_id, source_id=source_id).delete()
    return hidden


def forget_keys(keys: Iterable[str], now: datetime) -> list[str]:
    """Forget people by the keys of their addresses, in every log; return the ids of the owners whom it concerns."""
    keys = sorted(set(keys))
    owners: set[str] = set()
    for start in range(0, len(keys), _BATCH):
        some = keys[start : start + _BATCH]
        rows = list(Identity.objects.filter(key__in=some).values_list("owner_id", "key"))
        Identity.objects.filter(key__in=some).delete()
        OwnAddress.objects.filter(key__in=some).delete()
        Topic.objects.filter(key__in=some).delete()
        hidden = [HiddenKey(owner_id=owner, key=key, hidden_at=now) for owner, key in rows]
        HiddenKey.objects.bulk_create(hidden, ignore_conflicts=True)
        owners |= {owner for owner, _key in rows}
    return sorted(owners)


def remove_owner(owner_id: str) -> None:
    """Drop everything of an owner but the files, which `rewrite` deletes: they have no row any more."""
    for model in (Topic, Remembering, HistoryJob, LogPart, Source, Identity, OwnAddress, HiddenKey, GivenTie, Promise):
        model.objects.filter(owner_id=owner_id).delete()


def due() -> list[str]:
    """Return the owners whose files hold what nobody may see any more, and those who left files behind."""
    found = set(HiddenKey.objects.values_list("owner_id", flat=True).distinct())
    found |= set(Source.objects.exclude(hidden_at=None).values_list("owner_id", flat=True).distinct())
    kept = env.data_dir() / "network"
    on_disk = [path.name for path in kept.iterdir()] if kept.is_dir() else []
    return sorted(found | {owner for owner in on_disk if _is_bare(owner)})


def rewrite(owner_id: str) -> None:
    """Take out of an owner's files what nobody may see, join what is small, and delete what nobody reads."""
    gone = list(Source.objects.filter(owner_id=owner_id).exclude(hidden_at=None))
    hidden = list(HiddenKey.objects.filter(owner_id=owner_id))
    numbers = [number(one.key) for one in hidden]
    by_source: dict[str, list[LogPart]] = defaultdict(list)
    for part in in_force(owner_id):
        by_source[part.source_id].append(part)
    for parts in by_source.values():
        small = [part for part in parts if part.bytes < SMALL]
        for part in parts:
            if numbers and part not in small:
                _replace([part], numbers)
        if numbers:
            _replace(small, numbers)
    join_small(owner_id)
    with transaction.atomic():
        # An import that ran meanwhile may have kept some once more.
        Topic.objects.filter(owner_id=owner_id, key__in=[one.key for one in hidden]).delete()
        HiddenKey.objects.filter(pk__in=[one.pk for one in hidden]).delete()
        Source.objects.filter(pk__in=[one.pk for one in gone]).delete()
    _sweep(owner_id)


def join_small(owner_id: str) -> None:
    """Join the small files of each source that has many of them; the rows stay the same."""
    by_source: dict[str, list[LogPart]] = defaultdict(list)
    for part in in_force(owner_id):
        if part.bytes < SMALL:
            by_source[part.source_id].append(part)
    for parts in by_source.values():
        if len(parts) >= MANY:
            _replace(parts, [])
            _delete(parts)


def _delete(parts: list[LogPart]) -> None:
    """Delete the files of parts that were replaced."""
    known = set(LogPart.objects.filter(pk__in=[part.pk for part in parts]).values_list("pk", flat=True))
    for part in parts:
        if part.pk not in known:
            path_of(part).unlink(missing_ok=True)


def _replace(parts: list[LogPart], hidden: list[int]) -> None:
    """Write some files of one source as one, without the hidden. Who comes second finds them replaced, and yields."""
    if not parts:
        return
    counted: list[int] = []
    rows = sum(part.rows for part in parts)
    made = draft(parts[0].owner_id, parts[0].source_id, rows, lambda path: counted.append(_copied(parts, hidden, path)))
    made.rows = counted[0]
    with suppress(_TooLateError), in_place(made), transaction.atomic():
        dropped, _each = LogPart.objects.filter(pk__in=[part.pk for part in parts]).delete()
        if dropped != len(parts):
            raise _TooLateError
        made.save(force_insert=True)


class _TooLateError(Exception):
    """Somebody else replaced these files."""


def _copied(parts: list[LogPart], hidden: list[int], path: Path) -> int:
    """Copy rows batch by batch, so that no file is ever in memory; return how many there were."""
    import pyarrow as pa
    from pyarrow import parquet

    from twoyes.network.log.parts import schema

    gone = pa.array(hidden, pa.int64())
    rows = 0
    with parquet.ParquetWriter(path, schema(), compression="zstd", use_dictionary=["source"]) as out:
        for part in parts:
            with parquet.ParquetFile(path_of(part)) as file:
                for batch in file.iter_batches(256 * 1024):
                    kept = _seen(batch, gone)
                    rows += kept.num_rows
                    out.write_batch(kept.cast(schema()))
    return rows


def _seen(batch: pa.RecordBatch, gone: pa.Array) -> pa.RecordBatch:
    import pyarrow.compute as pc

    if not len(gone):
        return batch
    out = pc.or_(pc.is_in(batch["src"], value_set=gone), pc.is_in(batch["dst"], value_set=gone))
    return batch.filter(pc.invert(out))


def _is_bare(owner_id: str) -> bool:
    """Say whether an owner is gone, so that no file can be theirs."""
    found = people.connector_by_id(owner_id)
    return found is None or found.removed_at is not None


def _sweep(owner_id: str) -> None:
    """Delete the files that no row knows; an owner who is gone leaves nothing."""
    if _is_bare(owner_id):
        rmtree(folder(owner_id).parent, ignore_errors=True)
        return
    with alone(owner_id):
        known = {path_of(part) for part in LogPart.objects.filter(owner_id=owner_id)}
        for path in folder(owner_id).iterdir():
            # A draft is still being written, or was left long ago.
            fresh = path.suffix == ".draft" and path.stat().st_mtime > time.time() - _DRAFT
            if path not in known and not fresh:
                path.unlink(missing_ok=True)
