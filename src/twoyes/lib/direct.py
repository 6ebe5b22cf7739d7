"""Kept SQL on the driver's own cursor: what Django puts between a query and its driver costs more than the query.

The connection, its transaction, its errors and its adapters stay Django's. What is left out is a fresh wrapper for
each query and, on SQLite, a regular expression over its text; what is gained on PostgreSQL is that the server plans
a query once for each connection. Where somebody counts queries or stands between, they go Django's own way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from operator import attrgetter, methodcaller
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX

_ROWS = methodcaller("fetchall")
_COUNT = attrgetter("rowcount")


class _Cursors(threading.local):
    """For this thread's connection to PostgreSQL a cursor for each statement, which remembers how to adapt it."""

    def __init__(self) -> None:
        self.driver: object = None
        self.known: dict[str, Any] = {}

    def of(self, driver: Any) -> dict[str, Any]:
        if self.driver is not driver:
            self.driver, self.known = driver, {}
        return self.known


_cursors = _Cursors()


class Statement:
    """One piece of SQL with `%s` for its parameters, as Django writes it on the engine of this store."""

    __slots__ = ("_driver", "sql")

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self._driver = sql
        if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
            self._driver = FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")

    def rows(self, connection: Any, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return all rows, as the driver gives them. `connection` is Django's, of this thread."""
        found: list[tuple[Any, ...]] = self._run(connection, parameters, _ROWS)
        return found

    def change(self, connection: Any, parameters: Sequence[Any]) -> int:
        """Execute; return how many rows were changed."""
        return int(self._run(connection, parameters, _COUNT))

    def _run(self, connection: Any, parameters: Sequence[Any], take: Callable[[Any], Any]) -> Any:
        if connection.execute_wrappers or connection.queries_logged:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, parameters)
                return take(cursor)
        # The same precautions as in Django's own cursor, in the same order.
        connection.validate_thread_sharing()
        connection.close_if_health_check_failed()
        if connection.connection is None:
            connection.ensure_connection()
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors:
            driver = connection.connection
            if connection.vendor == "sqlite":
                return take(driver.execute(self._driver, parameters))
            cursors = _cursors.of(driver)
            cursor = cursors.get(self._driver)
            if cursor is None:
                import psycopg  # nine megabytes that a store on SQLite does without

                cursor = cursors[self._driver] = psycopg.Cursor(driver)
            # Whether the server keeps the plan is for the connection's `prepare_threshold` to say.
            return take(cursor.execute(self._driver, parameters))
