"""The clock goes forward for everybody, whatever the machine's clock does (B21, F16, F17)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from twoyes.lib import clock
from twoyes.lib.errors import Refused
from twoyes.lib.models import EPOCH, Installation

DAY = timedelta(days=1)


class Server:
    """The database server's clock, in the hands of the test."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> tuple[datetime, datetime | None]:
        row = Installation.the()
        return self.at + timedelta(seconds=row.clock_offset_seconds), row.high_water


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server(datetime(2030, 3, 1, 12, tzinfo=UTC))
    monkeypatch.setattr(clock, "_measure", made)
    return made


@pytest.mark.both
@pytest.mark.django_db
def test_the_time_is_aware_and_of_this_moment() -> None:
    before = datetime.now(UTC)
    assert abs(clock.now() - before) < timedelta(minutes=1)
    assert clock.now().utcoffset() == timedelta()


@pytest.mark.both
@pytest.mark.django_db
def test_asking_for_the_time_writes_nothing_and_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Installation.the()
    clock.now()
    row = Installation.objects.values().get()
    with django_assert_num_queries(1) as asked:
        clock.now()
    assert asked.captured_queries[0]["sql"].startswith("SELECT")
    assert Installation.objects.values().get() == row


@pytest.mark.case("B21", "F17")
@pytest.mark.django_db
def test_a_clock_set_back_by_a_day_stands_still_until_the_day_is_over(server: Server) -> None:
    seen = clock.now()
    clock.persist(seen)
    server.at -= DAY
    assert clock.now() == seen
    assert clock.held_back() == DAY
    server.at += DAY + timedelta(seconds=1)
    assert clock.now() == seen + timedelta(seconds=1)
    assert clock.held_back() == timedelta()


@pytest.mark.case("B21", "F17")
@pytest.mark.django_db
def test_the_high_water_is_never_lowered(server: Server) -> None:
    clock.persist(server.at)
    clock.persist(server.at - DAY)
    assert Installation.the().high_water == server.at


@pytest.mark.case("B21", "F16", "F17")
@pytest.mark.django_db
@given(steps=st.lists(st.integers(-90_000, 90_000), max_size=12))
def test_no_step_of_any_clock_turns_the_time_back(steps: list[int]) -> None:
    Installation.the()
    Installation.objects.update(high_water=EPOCH)
    with pytest.MonkeyPatch.context() as patch:
        server = Server(datetime(2030, 3, 31, 0, 59, tzinfo=UTC))
        patch.setattr(clock, "_measure", server)
        last = clock.now()
        clock.persist(last)
        for step in steps:
            server.at += timedelta(seconds=step)
            seen = clock.now()
            clock.persist(seen)
            assert seen >= last
            last = seen


@pytest.mark.both
@pytest.mark.case("B21")
@pytest.mark.django_db
def test_on_a_server_the_time_is_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ahead:
        @staticmethod
        def now(_zone: object) -> datetime:
            return datetime(2040, 1, 1, tzinfo=UTC)

    Installation.the()
    monkeypatch.setattr(clock, "datetime", Ahead)
    assert (clock.now().year == 2040) is (connection.vendor == "sqlite")


@pytest.mark.case("F16")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_a_frozen_time_is_the_same_instant_in_utc(zone: str) -> None:
    for month in (3, 10):
        for fold in (0, 1):
            at = datetime(2030, month, 31 if month == 3 else 27, 2, 30, fold=fold, tzinfo=ZoneInfo(zone))
            with clock.frozen(at):
                assert clock.now() == at.astimezone(UTC)
                assert clock.now().tzinfo is UTC


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="zone"), clock.frozen(datetime(2030, 1, 1)):  # noqa: DTZ001
        pass


@pytest.mark.both
@pytest.mark.django_db
def test_the_clock_is_moved_forward_for_all_processes_and_goes_on() -> None:
    goal = clock.now() + 3 * DAY
    clock.set_offset_to(goal)
    first = clock.now()
    assert goal <= first < goal + timedelta(minutes=1)
    clock.set_offset_to(goal + DAY)
    assert clock.now() >= goal + DAY
    assert Installation.the().clock_offset_seconds == pytest.approx(4 * DAY.total_seconds(), abs=60)


@pytest.mark.django_db
def test_the_clock_is_not_moved_back(server: Server) -> None:
    with pytest.raises(Refused) as refusal:
        clock.set_offset_to(server.at - timedelta(seconds=1))
    assert refusal.value.code == "earlier_than_now"


@pytest.mark.django_db
def test_with_real_mail_the_clock_is_not_moved(server: Server, settings: Settings) -> None:
    settings.POST_ROOM = False
    with pytest.raises(Refused) as refusal:
        clock.set_offset_to(server.at + DAY)
    assert refusal.value.code == "clock_is_real"


@pytest.mark.both
@pytest.mark.django_db
def test_a_store_without_its_row_has_the_systems_time() -> None:
    Installation.objects.all().delete()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert clock.held_back() == timedelta()
    assert not Installation.objects.exists()
    clock.persist(clock.now())
    assert Installation.the().id == 1
