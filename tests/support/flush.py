"""Empties the store after a test that commits. The journal's triggers forbid that, so they step aside for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from twoyes.lib.models import Installation
from twoyes.people.models import DEFAULT_COMMUNITY, Community

# What the migrations left there and no test changes: to write it anew was most of what Django's own flush takes.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_triggers() -> None:
    """Empty whatever has rows, and put back the rows that every store starts with."""

    def teardown(_self: TransactionTestCase) -> None:
        with transaction.atomic(), _triggers_aside():
            _empty()
        Community.objects.get_or_create(pk=DEFAULT_COMMUNITY)
        Installation.the()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]


def _empty() -> None:
    tables = sorted({*connection.introspection.django_table_names(only_existing=True, include_views=False)} - _KEPT)
    asked = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')


@contextmanager
def _triggers_aside() -> Iterator[None]:
    """Let rows go that the store's own rules keep for ever, on this connection alone."""
    if connection.vendor == "sqlite":
        connection.connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        try:
            yield
        finally:
            connection.connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, True)
        return
    # Until the transaction ends: neither triggers nor foreign keys of this session.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
