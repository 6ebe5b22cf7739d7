"""The log as a table to be asked, without anybody who was erased. For child processes and commands: DuckDB is heavy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twoyes.network.log.columns import number
from twoyes.network.log.parts import paths, schema
from twoyes.network.models import HiddenKey
from twoyes.network.own import own_keys

if TYPE_CHECKING:
    import ibis


def own(owner_id: str) -> frozenset[int]:
    """Return the owner's own addresses as the log knows them."""
    return frozenset(number(key) for key in own_keys(owner_id))


def hidden(owner_id: str) -> list[int]:
    """Return whom nobody may see any more, though files may still hold their rows."""
    return sorted(number(key) for key in HiddenKey.objects.filter(owner_id=owner_id).values_list("key", flat=True))


def opened(owner_id: str) -> ibis.Table:
    """Return an owner's log as an Ibis table over DuckDB; without a row where nothing was imported.

    A file may go while it is read, where a rewriting takes somebody out: whoever fails so opens the log anew.
    """
    import ibis

    files = paths(owner_id)
    if not files:
        return ibis.memtable(schema().empty_table())
    rows: ibis.Table = _engine().read_parquet([str(path) for path in files])
    gone = hidden(owner_id)
    return rows.filter(rows.src.notin(gone) & rows.dst.notin(gone)) if gone else rows


def _engine() -> Any:
    import ibis

    return ibis.duckdb.connect()
