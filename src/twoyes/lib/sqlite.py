"""How SQLite has to be opened, so that what was committed survives a power cut (B10, B14, F8)."""

import sqlite3

# Below this a writer can lose the start of the WAL to another connection's reset (F8).
FIRST_SAFE_WAL = (3, 51, 3)


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """Return the fastest journal that is safe with several connections on this version."""
    return "WAL" if version >= FIRST_SAFE_WAL else "TRUNCATE"


def options() -> dict[str, object]:
    """Return Django's OPTIONS for SQLite: lock on begin (B14), commits on the disk (B10), overwrite what is deleted.

    What a transaction changes stays in memory until it commits. Spilled into the file before, it would shut out every
    reader from there on: two thirds of what pages waited for during an import.
    """
    names = {"journal_mode": journal_mode(), "synchronous": "FULL", "foreign_keys": "ON", "secure_delete": "ON"}
    names["cache_spill"] = "OFF"
    pragmas = "".join(f"PRAGMA {name}={value};" for name, value in names.items())
    return {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
