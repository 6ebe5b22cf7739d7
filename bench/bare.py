"""The least that could be done: one row, three durable commits for each letter, by the engine's own driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.support import postgres
from twoyes.lib import sqlite

type Commit = Callable[[int, str], None]
_TABLE = "CREATE TABLE bare (id integer PRIMARY KEY, state text, epoch integer)"


@dataclass
class Table:
    """A table of so many rows, on the same disk or server as the product's store, opened as the product opens it."""

    engine: str
    place: Path
    rows: int

    def __post_init__(self) -> None:
        numbers = [(number,) for number in range(self.rows)]
        insert = f"INSERT INTO bare (id, state, epoch) VALUES ({self._mark}, 'queued', 0)"
        with self._connection() as connection:
            cursor = connection.cursor()
            cursor.execute("DROP TABLE IF EXISTS bare")
            cursor.execute(_TABLE)
            cursor.executemany(insert, numbers)

    @property
    def questions(self) -> tuple[str, ...]:
        """What to ask the engine about durability."""
        if self.engine == "sqlite":
            return "PRAGMA synchronous", "PRAGMA journal_mode"
        return "SHOW synchronous_commit", "SHOW fsync"

    def answers(self) -> list[str]:
        """What the engine answers to each question, on a connection of the bare loop."""
        with self._connection() as connection:
            cursor = connection.cursor()
            return [str(cursor.execute(question).fetchone()[0]) for question in self.questions]

    @contextmanager
    def opened(self) -> Iterator[Commit]:
        """Yield a function that writes one row and returns when that is on the disk."""
        update = f"UPDATE bare SET state = {self._mark}, epoch = epoch + 1 WHERE id = {self._mark}"
        begin = "BEGIN IMMEDIATE" if self.engine == "sqlite" else "BEGIN"
        with self._connection() as connection:
            cursor = connection.cursor()

            def commit(row: int, state: str) -> None:
                cursor.execute(begin)
                cursor.execute(update, (state, row))
                cursor.execute("COMMIT")

            yield commit

    @property
    def _mark(self) -> str:
        return "?" if self.engine == "sqlite" else "%s"

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        connection: Any
        if self.engine == "sqlite":
            connection = sqlite3.connect(self.place / "bare.sqlite3", timeout=20, isolation_level=None)
            for pragma in str(sqlite.options()["init_command"]).split(";"):
                connection.execute(pragma)
        else:
            connection = psycopg.connect(postgres.url(), autocommit=True)
        try:
            yield connection
        finally:
            connection.close()
