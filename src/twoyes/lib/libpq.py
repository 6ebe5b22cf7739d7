"""Kept SQL on PostgreSQL, by libpq through psycopg's own door to it: a cursor costs more than the query it sends.

What a cursor does for a query that may be anything (find its parameters, choose whether to prepare it, describe what
came) is done here once for a statement that is always the same. Adapters, errors and waiting are psycopg's.
Imported only where there is PostgreSQL: the driver takes nine megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

import psycopg
from psycopg import errors, generators
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus

_PLACES = re.compile("%%|%s")
_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Answer:
    """What a cursor would have after a statement, as far as anybody here asks for it."""

    __slots__ = ("_result", "_transformer")

    def __init__(self, result: Any, transformer: Any) -> None:
        self._result, self._transformer = result, transformer

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return int(self._result.command_tuples or 0)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows; to be called before the next statement."""
        self._transformer.set_pgresult(self._result)
        rows: list[tuple[Any, ...]] = self._transformer.load_rows(0, self._result.ntuples, tuple)
        return rows


class Session:
    """The kept statements of one connection, each prepared on the server when it is first needed."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self.driver = driver
        self._transformer: Any = Transformer(driver)
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}

    def execute(self, sql: str, parameters: Sequence[Any]) -> Answer | psycopg.Cursor[Any]:
        """Execute SQL with `%s` for its parameters; raises what psycopg raises."""
        begins = not self.driver.autocommit and self.driver.pgconn.transaction_status == TransactionStatus.IDLE
        if begins or self.driver.prepare_threshold is None:
            # A transaction is psycopg's to begin, and a pooler may forget what was prepared.
            return psycopg.Cursor(self.driver).execute(sql, parameters)
        values = self._transformer.dump_sequence(parameters, [PyFormat.AUTO] * len(parameters))
        types, formats = self._transformer.types or (), self._transformer.formats
        name = self._names.get((sql, types)) or self._prepare(sql, types)
        self.driver.pgconn.send_query_prepared(name, values, formats)
        return Answer(self._answer(), self._transformer)

    def _prepare(self, sql: str, types: tuple[int, ...]) -> bytes:
        numbers = count(1)
        numbered = _PLACES.sub(lambda place: "%" if place[0] == "%%" else f"${next(numbers)}", sql)
        name = f"kept_{len(self._names)}".encode()
        self.driver.pgconn.send_prepare(name, numbered.encode(), types)
        self._answer()
        self._names[sql, types] = name
        return name

    def _answer(self) -> Any:
        result = self.driver.wait(generators.execute(self.driver.pgconn))[-1]
        if result.status not in _DONE:
            raise errors.error_from_result(result)
        return result
