"""Empties the store after a test that commits. The journal's triggers forbid that, so they step aside for it."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import connection
from django.test import TransactionTestCase

from twoyes.introductions import triggers
from twoyes.lib.models import Installation
from twoyes.people.models import DEFAULT_COMMUNITY, Community


@pytest.fixture(autouse=True, scope="session")
def flush_past_the_triggers() -> None:
    """Let Django's own flush through, and put back the rows that every store starts with."""
    original = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: TransactionTestCase) -> None:
        sqlite = connection.vendor == "sqlite"
        if sqlite:
            triggers.drop(None, cast(Any, _editor()))
        try:
            original(self)
        finally:
            if sqlite:
                triggers.create(None, cast(Any, _editor()))
            Community.objects.get_or_create(pk=DEFAULT_COMMUNITY)
            Installation.the()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]


def _editor() -> SimpleNamespace:
    def execute(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return SimpleNamespace(connection=connection, execute=execute)
