"""House rules are numbers in versions: read for a moment, changed for the future, bounded by the house."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from twoyes.lib import clock, store
from twoyes.lib.errors import Refused
from twoyes.people import front as people
from twoyes.policy import house
from twoyes.policy.front import HouseRules, Numbers, house_rules, set_house_rules

SUMMER = (date(2026, 8, 3), date(2026, 8, 16))
COLUMNS = "id, connector_id, version, remind_days, lapse_days, ask_days, spacing_days, closed, welcome, chosen, at"


@pytest.fixture
def cora(db: None) -> people.ConnectorView:
    return people.add_connector("cora@connects.example", name="Cora Lund", handle="cora", zone="Europe/Berlin")


def test_a_connector_begins_with_the_numbers_of_the_protocol(cora: people.ConnectorView) -> None:
    assert house_rules(cora.id) == HouseRules(1, remind_days=5, lapse_days=14, ask_days=10, spacing_days=30)
    assert house_rules(cora.id) == house_rules(cora.id, 1)


def test_a_change_is_a_new_version_and_the_old_ones_stay_readable(cora: people.ConnectorView) -> None:
    second = set_house_rules(cora.id, ask_days=21)
    third = set_house_rules(cora.id, spacing_days=60)
    assert (second.version, second.ask_days, second.spacing_days) == (2, 21, 30)
    assert (third.version, third.ask_days, third.spacing_days) == (3, 21, 60)
    assert house_rules(cora.id) == third
    assert house_rules(cora.id, 2) == second
    assert house_rules(cora.id, 1).ask_days == 10


def test_numbers_that_change_nothing_make_no_version(cora: people.ConnectorView) -> None:
    set_house_rules(cora.id, closed=[SUMMER])
    assert set_house_rules(cora.id, ask_days=10, closed=[SUMMER]).version == 2
    assert set_house_rules(cora.id).version == 2


def test_one_connector_s_rules_are_not_another_s(cora: people.ConnectorView) -> None:
    otto = people.add_connector("otto@outside.example", name="Otto Outsider", handle="otto")
    set_house_rules(cora.id, ask_days=21)
    assert house_rules(otto.id).version == 1
    with pytest.raises(Refused) as told:
        house_rules(otto.id, 2)
    assert told.value.code == "no_such_version"


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        (Numbers(ask_days=6), "bad_number"),
        (Numbers(spacing_days=0), "bad_number"),
        (Numbers(remind_days=0), "bad_number"),
        (Numbers(remind_days=14), "bad_number"),
        (Numbers(lapse_days=366), "bad_number"),
        (Numbers(ask_days=10**30), "bad_number"),
        (Numbers(closed=[(date(2026, 8, 2), date(2026, 8, 1))]), "bad_closed"),
        (Numbers(closed=[(date(2026, 8, 2), date(2028, 8, 1))]), "bad_closed"),
        (Numbers(closed=[(date.max, date.max)]), "bad_closed"),
        (Numbers(closed=[SUMMER] * 54), "bad_closed"),
    ],
)
def test_numbers_beyond_the_house_s_bounds_are_refused_and_change_nothing(
    cora: people.ConnectorView, numbers: Numbers, code: str
) -> None:
    with pytest.raises(Refused) as told:
        set_house_rules(cora.id, **numbers)
    assert told.value.code == code
    assert house_rules(cora.id).version == 1


def test_nobody_and_somebody_removed_have_no_rules_to_set(cora: people.ConnectorView) -> None:
    people.remove_connector(cora.id, at=clock.now())
    for connector_id in (cora.id, "nobody"):
        with pytest.raises(Refused) as told:
            set_house_rules(connector_id, ask_days=21)
        assert told.value.code == "no_such_connector"


@pytest.mark.case("F20")
@pytest.mark.both
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ("2, 5, 14, 10, 30", "house_rules_version"),
        ("1, 5, 14, 10, 30", "house_rules_first_has_no_row"),
        ("3, 0, 14, 10, 30", "house_rules_remind"),
        ("3, 5, 5, 10, 30", "house_rules_lapse"),
        ("3, 5, 14, 6, 30", "house_rules_ask"),
        ("3, 5, 14, 10, 0", "house_rules_spacing"),
    ],
)
def test_the_bounds_hold_against_the_sql_shell(cora: people.ConnectorView, values: str, name: str) -> None:
    set_house_rules(cora.id, ask_days=21)
    row = f"('bysqlshell00', '{cora.id}', {values}, '[]', 'known', '{{}}', '2026-01-01 00:00:00')"
    statement = f"INSERT INTO policy_houserulesversion ({COLUMNS}) VALUES {row}"
    with pytest.raises(IntegrityError) as met, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert store.constraint_name(met.value) == name


@pytest.mark.both
def test_of_two_changes_at_once_one_is_told_to_look_again(
    cora: people.ConnectorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_by_both = house._in_force(cora.id)
    set_house_rules(cora.id, ask_days=21)
    monkeypatch.setattr(house, "_in_force", lambda _connector_id: seen_by_both)
    with pytest.raises(Refused) as told:
        set_house_rules(cora.id, ask_days=28)
    assert told.value.code == "changed_meanwhile"
    monkeypatch.undo()
    assert (house_rules(cora.id).version, house_rules(cora.id).ask_days) == (2, 21)


@pytest.mark.case("F16")
@pytest.mark.parametrize(
    ("zone", "days", "first", "end"),
    [
        ("Europe/Berlin", SUMMER, datetime(2026, 8, 2, 22, tzinfo=UTC), datetime(2026, 8, 16, 22, tzinfo=UTC)),
        # A day of 25 hours, one of 23, and a midnight that the clocks skip.
        (
            "Europe/Berlin",
            (date(2026, 10, 25),) * 2,
            datetime(2026, 10, 24, 22, tzinfo=UTC),
            datetime(2026, 10, 25, 23, tzinfo=UTC),
        ),
        (
            "Europe/Berlin",
            (date(2026, 3, 29),) * 2,
            datetime(2026, 3, 28, 23, tzinfo=UTC),
            datetime(2026, 3, 29, 22, tzinfo=UTC),
        ),
        (
            "America/Santiago",
            (date(2024, 9, 8),) * 2,
            datetime(2024, 9, 8, 4, tzinfo=UTC),
            datetime(2024, 9, 9, 3, tzinfo=UTC),
        ),
        (
            "Pacific/Kiritimati",
            (date(2028, 2, 29),) * 2,
            datetime(2028, 2, 28, 10, tzinfo=UTC),
            datetime(2028, 2, 29, 10, tzinfo=UTC),
        ),
    ],
)
def test_closed_days_are_instants_in_the_connector_s_zone(
    db: None, zone: str, days: tuple[date, date], first: datetime, end: datetime
) -> None:
    far = people.add_connector("far@connects.example", name="Far Away", handle="far", zone=zone)
    assert set_house_rules(far.id, closed=[days]).closed == ((first, end),)
    assert all(instant.utcoffset() == timedelta() for instant in house_rules(far.id).closed[0])


def test_closed_times_come_in_order(cora: people.ConnectorView) -> None:
    winter = (date(2026, 12, 21), date(2027, 1, 3))
    rules = set_house_rules(cora.id, closed=[winter, SUMMER])
    assert list(rules.closed) == sorted(rules.closed)
    assert set_house_rules(cora.id, closed=[]).closed == ()


def test_reading_the_defaults_takes_one_question(
    cora: people.ConnectorView, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        house_rules(cora.id)
