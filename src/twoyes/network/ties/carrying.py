"""The weeks of a log, carried from night to night: what was read once is not read again.

A folder holds the weeks of all parts that were read, and a note of which parts these were. Weeks know no parameter
and no moment, so strengths of any later moment come from them alone, as if the whole log had been read. Only what is
dated in the future waits beside them as it was, until its day has come.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from twoyes.network.ties import engines
from twoyes.network.ties.weeks import joined, weekly

if TYPE_CHECKING:
    import ibis

_NOTE = "current.json"
_COLUMNS = ("at", "src", "dst", "others", "kind", "opens")


@dataclass(frozen=True, slots=True)
class Carried:
    """Where the weeks lie, and which parts had to be read for them this time."""

    weeks: Path
    read: tuple[Path, ...]


def carry(folder: Path, parts: Sequence[Path], at: int) -> Carried:
    """Bring the weeks in `folder` up to these parts of a log and to `at`; read no part that was read before.

    A part that is there no longer (its source was deleted, or parts were rewritten as one), or an `at` before the last
    one, makes all of them be read anew. The note is swapped by a rename, so whoever is killed here loses only
    their time.
    Raises ValueError without any part.
    """
    if not parts:
        raise ValueError("a log without parts has no weeks")
    names = {path.name for path in parts}
    note = _noted(folder)
    if not set(note["parts"]) <= names or note["at"] > at:
        note = _NOTHING
    new = tuple(path for path in parts if path.name not in note["parts"])
    if not new and not note["later"]:
        return Carried(folder / note["weeks"], ())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found: dict[str, Any] = {"parts": sorted(names), "at": at, **_written(folder, new, note=note, at=at)}
    _swap(folder, found)
    return Carried(folder / found["weeks"], new)


_NOTHING: dict[str, Any] = {"parts": [], "at": 0, "weeks": None, "later": None}


def _noted(folder: Path) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads((folder / _NOTE).read_text("utf-8"))
    except FileNotFoundError:
        return _NOTHING
    return note


def _written(folder: Path, new: Sequence[Path], *, note: dict[str, Any], at: int) -> dict[str, str | None]:
    engine = engines.engine(folder / "spill")
    files = [*new, *([folder / note["later"]] if note["later"] else [])]
    rows = _rows(engine.read_parquet([str(path) for path in files], union_by_name=True))
    weeks = weekly(rows, at)
    if note["weeks"]:
        weeks = joined(engine.read_parquet(str(folder / note["weeks"])), weeks)
    named = f"weeks-{uuid4().hex}.parquet"
    engine.to_parquet(weeks, folder / named, compression="zstd")
    later = rows.filter(rows["at"] > at)
    if not engine.to_pyarrow(later.count()).as_py():
        return {"weeks": named, "later": None}
    waiting = f"later-{uuid4().hex}.parquet"
    engine.to_parquet(later, folder / waiting)
    return {"weeks": named, "later": waiting}


def _rows(log: ibis.Table) -> ibis.Table:
    import ibis

    if "opens" not in log.columns:
        log = log.mutate(opens=ibis.literal(value=False))
    return log.select(*_COLUMNS)


def _swap(folder: Path, note: dict[str, Any]) -> None:
    draft = folder / f"{uuid4().hex}.draft"
    draft.write_text(json.dumps(note), "utf-8")
    draft.replace(folder / _NOTE)
    for old in (*folder.glob("*.parquet"), *folder.glob("*.draft")):
        if old.name not in {note["weeks"], note["later"]}:
            old.unlink(missing_ok=True)
