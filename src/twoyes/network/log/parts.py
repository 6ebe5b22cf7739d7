"""The files of the log: written whole or not at all, and listed by the database. Only child processes write any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twoyes.lib import disk, env
from twoyes.network.log.columns import Columns
from twoyes.network.models import LogPart

if TYPE_CHECKING:
    import pyarrow as pa


def folder(owner_id: str) -> Path:
    """Return where the log of an owner lies, made for this user alone if it is missing."""
    path = env.data_dir() / "network" / owner_id / "log"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(part: LogPart) -> Path:
    """Return the file of a part."""
    return folder(part.owner_id) / f"part-{part.source_id}-{part.pk}.parquet"


def in_force(owner_id: str) -> list[LogPart]:
    """Return the parts of an owner that are read: none of a source that was deleted."""
    parts = LogPart.objects.filter(owner_id=owner_id, source__hidden_at=None)
    return list(parts.order_by("source_id", "written_at", "pk"))


def sources(owner_id: str) -> tuple[str, ...]:
    """Return the ids of the sources that are read."""
    return tuple(sorted({part.source_id for part in in_force(owner_id)}))


def paths(owner_id: str) -> list[Path]:
    """Return the files that are read. They may still hold rows of the erased: see `hidden`."""
    return [path_of(part) for part in in_force(owner_id)]


def lay_down(owner_id: str, source_id: str, columns: Columns) -> LogPart:
    """Write rows under a name that nobody reads, and return the row of the file, unsaved; see `in_place`."""
    return draft(owner_id, source_id, len(columns), lambda path: _written(path, table(columns, source_id)))


def write(owner_id: str, source_id: str, columns: Columns) -> LogPart:
    """Write rows and put them in force at once."""
    part = lay_down(owner_id, source_id, columns)
    with in_place(part):
        part.save(force_insert=True)
    return part


def draft(owner_id: str, source_id: str, rows: int, writing: Callable[[Path], None]) -> LogPart:
    """Let `writing` fill a new file, which survives a power cut from here on; return its row, unsaved."""
    part = LogPart(owner_id=owner_id, source_id=source_id, rows=rows, written_at=datetime.now(UTC))
    path = _draft_of(part)
    writing(path)
    path.chmod(0o600)
    part.bytes = path.stat().st_size
    disk.settle(path)
    return part


@contextmanager
def in_place(part: LogPart) -> Iterator[None]:
    """Give a file its name for a block that saves its row; where that fails, the file goes.

    Meanwhile nobody sweeps the directory: there a file without a row is a left-over.
    """
    path = path_of(part)
    with alone(part.owner_id):
        _draft_of(part).rename(path)
        disk.settle(path.parent)
        try:
            yield
        except BaseException:
            path.unlink(missing_ok=True)
            raise


@contextmanager
def alone(owner_id: str) -> Iterator[None]:
    """Be the only one who gives files of an owner their names, or sweeps them away."""
    with (folder(owner_id).parent / "lock").open("ab") as lock:
        flock(lock, LOCK_EX)
        yield


def _draft_of(part: LogPart) -> Path:
    return path_of(part).with_suffix(".draft")


def table(columns: Columns, source_id: str) -> pa.Table:
    """Return rows as they are laid down."""
    import numpy as np
    import pyarrow as pa

    types = schema()
    named = {name: _column(np.asarray(getattr(columns, name), kind), kind) for name, kind in _NUMBERS.items()}
    named["source"] = _repeated(source_id, len(columns))
    return pa.Table.from_arrays([named[one.name].cast(one.type) for one in types], schema=types)


def _column(numbers: Any, kind: str) -> pa.Array:
    """Return the same memory as a column. `pa.array` and `pa.repeat` load pandas first, which takes half a second."""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.type_for_alias(kind), len(numbers), [None, pa.py_buffer(numbers)])


def _repeated(text: str, times: int) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    word = text.encode()
    ends = np.arange(times + 1, dtype=np.int32) * len(word)
    return pa.Array.from_buffers(pa.string(), times, [None, pa.py_buffer(ends), pa.py_buffer(word * times)])


def schema() -> pa.Schema:
    """Return the columns and their types."""
    import pyarrow as pa

    types = {name: pa.type_for_alias(kind) for name, kind in _NUMBERS.items()}
    types |= {"mine": pa.bool_(), "opens": pa.bool_(), "source": pa.string()}
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in types.items()])


# As they are gathered; `mine` and `opens` are laid down as truths, and `source` is the same in all rows.
_NUMBERS = {
    "at": "int64",
    "src": "int64",
    "dst": "int64",
    "others": "int16",
    "field": "int8",
    "kind": "int8",
    "thread": "int64",
    "message": "int64",
    "mine": "int8",
    "opens": "int8",
}


def be_ready() -> None:
    """Load what writes files, which takes a fifth of a second: for whoever has to wait for rows anyhow."""
    import numpy as np  # noqa: F401
    from pyarrow import parquet  # noqa: F401


def _written(path: Path, rows: pa.Table) -> None:
    from pyarrow import parquet

    parquet.write_table(rows, path, compression="zstd", use_dictionary=["source"])
