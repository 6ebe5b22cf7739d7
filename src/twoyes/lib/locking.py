"""The only place that locks rows, always in one order, so that two workers cannot wait for each other."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import DEFAULT_DB_ALIAS, OperationalError, connections, transaction
from django.db.models import Model, QuerySet, Subquery

from twoyes.lib import chance
from twoyes.lib.prepared import prepared

_SERIALIZATION, _DEADLOCK = "40001", "40P01"
_ATTEMPTS = 4
# What others get of the store beside bulk work, as a multiple of what that takes.
_PAUSE = 2
_LONGEST_PAUSE = 1.0
_pausing = threading.local()


def locked[M: Model](queryset: QuerySet[M]) -> list[M]:
    """Return the rows, locked until the transaction ends, by rising primary key.

    SQLite has one writer at a time, so there the transaction itself is the lock. Raises
    TransactionManagementError outside a transaction, on either engine.
    """
    _require_transaction(queryset.db)
    return list(queryset.select_for_update().order_by("pk"))


def locks[**P, M: Model](build: Callable[P, QuerySet[M]]) -> Callable[P, list[M]]:
    """Make a function that returns a queryset into one that returns its rows, locked as `locked` does."""

    def ordered(*values: P.args, **none: P.kwargs) -> QuerySet[M]:
        return build(*values, **none).select_for_update().order_by("pk")

    rows = prepared(ordered)

    @wraps(build)
    def lock(*values: P.args, **none: P.kwargs) -> list[M]:
        _require_transaction(DEFAULT_DB_ALIAS)
        return rows(*values, **none)

    return lock


def first_free(queryset: QuerySet[Any]) -> Subquery:
    """Return the key of the first row that nobody else holds, locked, as a value for a statement that changes it.

    It never waits, so it may be used with any rows held: the order of locks says who waits for whom (B13).
    """
    return Subquery(queryset.values("pk").select_for_update(skip_locked=True)[:1])


def _require_transaction(alias: str) -> None:
    if not connections[alias].in_atomic_block:
        raise transaction.TransactionManagementError("rows can be locked only inside a transaction")


def retry[T](operation: Callable[[], T]) -> T:
    """Run a whole transaction again, up to four times, when the database broke it off for another's sake.

    Only for work before a point of no return: after it, running again would mean a second letter.
    """
    if connections[DEFAULT_DB_ALIAS].in_atomic_block:
        raise transaction.TransactionManagementError("a part of a transaction cannot be run again")
    for attempt in range(1, _ATTEMPTS):
        try:
            return operation()
        except OperationalError as error:
            if not _was_broken_off(error):
                raise
            time.sleep(chance.uniform(0, 0.05 * 2**attempt))
    return operation()


def _was_broken_off(error: OperationalError) -> bool:
    code = getattr(error.__cause__, "sqlstate", None)
    return code in (_SERIALIZATION, _DEADLOCK) or "database is locked" in str(error)


@contextmanager
def making_way(*, last: bool = False) -> Iterator[None]:
    """Write much in a block; the next one of this thread waits until others had the store for twice as long.

    SQLite lets whoever asks next write, not whoever waited longest: of two writers without a pause one starves (B15).
    And a commit shuts out readers: few of the pages that are looked at meanwhile may meet one, so commits are rare. In
    the pause, of a second at most, whoever writes may go on with what needs no store. The `last` block of a job need
    not wait, since nothing comes after it; what comes all the same, of another job, waits for both.
    """
    owed = max(getattr(_pausing, "until", 0.0) - time.monotonic(), 0.0)
    if not last:
        time.sleep(owed)
        owed = 0.0
    began = time.monotonic()
    try:
        yield
    finally:
        ended = time.monotonic()
        pause = _PAUSE * (ended - began) if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" else 0.0
        _pausing.until = ended + min(owed + pause, _LONGEST_PAUSE)
