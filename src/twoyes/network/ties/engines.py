"""DuckDB as ties need it: bounded in memory, with the disk for what does not fit. For child processes only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# What a process takes in all is a little more: 100 million messages stay below 5 GB (bench/ties.py).
MEMORY = "4GB"


def engine(spill: Path) -> Any:
    """Return an Ibis connection to a DuckDB of its own that spills into the folder `spill`."""
    import ibis

    # Each thread gathers groups of its own: more threads than these would want more memory.
    return ibis.duckdb.connect(
        memory_limit=MEMORY, temp_directory=str(spill), preserve_insertion_order=False, threads=2
    )
