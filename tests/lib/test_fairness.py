"""Two bulk writers share a store of SQLite, and nobody waits for ever."""

import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from twoyes.lib import locking, store
from twoyes.lib.models import Installation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
@pytest.mark.case("B15")
def test_the_slower_of_two_bulk_writers_gets_at_least_a_tenth_of_the_faster() -> None:
    if not store.is_sqlite():
        pytest.skip("PostgreSQL has many writers")
    until = time.monotonic() + 3
    commits = [0, 0]

    def write(mine: int) -> None:
        while time.monotonic() < until:
            with locking.making_way(), transaction.atomic():
                Installation.objects.filter(id=1).update(daily_cap=mine + 1)
            commits[mine] += 1
        connection.close()

    writers = [threading.Thread(target=write, args=(mine,)) for mine in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert min(commits) >= max(commits) / 10, commits
    assert min(commits) > 0


@pytest.mark.case("B15")
def test_a_page_waits_at_least_twenty_seconds_for_its_turn_to_write() -> None:
    if not store.is_sqlite():
        pytest.skip("PostgreSQL has many writers")
    assert settings.DATABASES["default"]["OPTIONS"]["timeout"] >= 20
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone()[0] >= 20_000


def test_the_store_is_left_to_others_for_twice_as_long_as_a_block_took_and_what_needs_no_store_goes_on() -> None:
    if not store.is_sqlite():
        pytest.skip("PostgreSQL has many writers")
    began = time.monotonic()
    with locking.making_way():
        time.sleep(0.1)
    ended = time.monotonic()
    assert ended - began < 0.18
    with locking.making_way():
        assert 0.18 < time.monotonic() - ended < 0.6
    with locking.making_way():
        time.sleep(0.1)
    time.sleep(0.25)
    began = time.monotonic()
    with locking.making_way():
        assert time.monotonic() - began < 0.05


def test_whoever_failed_in_a_block_makes_way_too_and_no_other_thread_waits_for_it() -> None:
    if not store.is_sqlite():
        pytest.skip("PostgreSQL has many writers")

    def fail() -> None:
        with locking.making_way():
            time.sleep(0.1)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    waits = []

    def other() -> None:
        began = time.monotonic()
        with locking.making_way():
            waits.append(time.monotonic() - began)
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(timeout=10)
    began = time.monotonic()
    with locking.making_way():
        waits.append(time.monotonic() - began)
    assert waits[0] < 0.05
    assert waits[1] > 0.05
