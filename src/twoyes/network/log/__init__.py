"""The log: who wrote to whom and when, in append-only Parquet files that hold no name, no address and no word.

A file is in force when its `LogPart` is in the database, which is written in the same transaction as the place of the
import: a process that was killed leaves at most a file that nobody reads. The columns are those of `Columns`.
"""

from twoyes.network.log.columns import MAIL, MEETING, Columns, number
from twoyes.network.log.opening import hidden, opened, own
from twoyes.network.log.parts import be_ready, lay_down, paths, sources, write
from twoyes.network.log.rewriting import due, forget_keys, hide_source, join_small, remove_owner, rewrite

__all__ = [
    "MAIL",
    "MEETING",
    "Columns",
    "be_ready",
    "due",
    "forget_keys",
    "hidden",
    "hide_source",
    "join_small",
    "lay_down",
    "number",
    "opened",
    "own",
    "paths",
    "remove_owner",
    "rewrite",
    "sources",
    "write",
]
