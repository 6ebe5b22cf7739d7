"""A whole transaction, run again where the database broke it off; within a larger one just run."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from twoyes.lib import locking


def run[T](operation: Callable[[], T]) -> T:
    """Run an operation that is one transaction; what it raises goes on."""
    return operation() if connection.in_atomic_block else locking.retry(operation)
