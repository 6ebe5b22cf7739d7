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


class _Time:
    """A clock that moves where somebody sleeps, and nowhere else."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> _Time:
    if not store.is_sqlite():
        pytest.skip("PostgreSQL has many writers")
    hand = _Time()
    monkeypatch.setattr(locking, "time", hand)
    # Whatever wrote in this thread before did so by another clock.
    monkeypatch.setattr(locking, "_pausing", threading.local())
    return hand


def test_the_store_is_left_to_others_for_twice_as_long_as_a_block_took_and_what_needs_no_store_goes_on(
    hand: _Time,
) -> None:
    def waits() -> float:
        began = hand.now
        with locking.making_way():
            waited = hand.now - began
            hand.sleep(0.1)
        assert hand.now == pytest.approx(began + waited + 0.1)
        return waited

    assert waits() == 0
    assert waits() == pytest.approx(0.2)
    hand.sleep(0.05)
    assert waits() == pytest.approx(0.15)
    hand.sleep(0.25)
    assert waits() == 0
    with locking.making_way():
        hand.sleep(30)
    assert waits() == pytest.approx(1), "a second at most"


def test_whoever_failed_in_a_block_makes_way_too_and_no_other_thread_waits_for_it(hand: _Time) -> None:
    def waits() -> float:
        began = hand.now
        with locking.making_way():
            return hand.now - began

    def fail() -> None:
        with locking.making_way():
            hand.sleep(0.1)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    found = list[float]()

    def other() -> None:
        found.append(waits())
        connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join(timeout=10)
    assert found == [0]
    assert waits() == pytest.approx(0.2)


def test_the_last_block_of_a_job_does_not_wait_and_the_next_job_waits_for_both(hand: _Time) -> None:
    def waits(*, last: bool = False) -> float:
        began = hand.now
        with locking.making_way(last=last):
            waited = hand.now - began
            hand.sleep(0.1)
        return waited

    assert waits() == 0
    hand.sleep(0.05)
    assert waits(last=True) == 0
    assert waits() == pytest.approx(0.15 + 0.2)
    assert waits() == pytest.approx(0.2)
