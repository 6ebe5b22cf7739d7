"""Deadlines are instants, fire once and in order, and no clock that jumps or goes back breaks them (B21, F16, F17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.introductions.checks import events, state_of
from tests.support.cast import APPROVAL, REQUEST, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, Letter
from twoyes.introductions.protocol import State
from twoyes.lib import addresses, clock
from twoyes.lib.models import Installation
from twoyes.people import front as people
from twoyes.policy import front as policy

DAY = timedelta(days=1)


# --- once, and in order ---------------------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.case("B20", "B28")
def test_a_deadline_that_is_looked_at_twenty_times_fires_once(cast: Cast) -> None:
    introduction = cast.asked()
    cast.now += timedelta(days=10, minutes=1)
    fired = [one for _ in range(20) for one in front.due(cast.now)]
    assert fired == [f"{introduction}:silence"]
    assert front.fire(introduction, cast.now) == f"{introduction}:nothing"


@pytest.mark.case("B20")
def test_a_worker_that_slept_walks_what_it_missed_in_order(cast: Cast) -> None:
    introduction = cast.asked()
    other = cast.waiting(email="rolf@asks.example", name="Rolf")
    cast.now += timedelta(days=60)
    fired = front.due(cast.now)
    mine = [one.partition(":")[2] for one in fired if one.startswith(introduction)]
    assert mine == ["silence", "final"]
    assert [one.partition(":")[2] for one in fired if one.startswith(other)] == ["remind", "lapse"]
    assert events(introduction)[-2:] == ["silence", "final"]
    # The reminder of day 5 is no news on day 60; the ends of things are told however late.
    kinds = set(Letter.objects.filter(introduction_id=other).values_list("kind", flat=True))
    assert "lapsed" in kinds
    assert front.overdue(cast.now) is None


def test_a_walk_has_a_limit(cast: Cast) -> None:
    for name in ("rita", "rolf", "ruth"):
        cast.waiting(email=f"{name}@asks.example", name=name)
    cast.now += timedelta(days=6)
    assert len(front.due(cast.now, limit=2)) == 2
    assert len(front.due(cast.now)) == 1


def test_who_cannot_go_on_is_left_out_of_the_walk(cast: Cast) -> None:
    first, second = cast.waiting(), cast.waiting(email="rolf@asks.example", name="Rolf")
    assert front.overdue(cast.now) is None
    cast.now += timedelta(days=6)
    found = front.overdue(cast.now)
    assert found in {first, second}
    assert front.overdue(cast.now, but=[str(found)]) == ({first, second} - {found}).pop()
    assert front.overdue(cast.now, but=[first, second]) is None


def test_the_next_instant_is_a_deadline_or_a_letter(cast: Cast) -> None:
    assert front.next_due(cast.now) is None
    cast.unverified()
    assert front.next_due(cast.now) == cast.now + timedelta(hours=48)
    cast.deliver()
    cast.now += timedelta(hours=1)
    introduction = cast.agreed(email="rolf@asks.example", name="Rolf")
    assert front.next_due(cast.now) == cast.now + timedelta(minutes=10)
    assert state_of(introduction) is State.AGREED


# --- a clock that jumps ---------------------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.case("B21", "F17")
@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)])
def test_a_clock_that_goes_back_shortens_nothing(cast: Cast, back: timedelta) -> None:
    introduction = cast.asked()
    subject = people.subject(cast.cora.community_id, people.keys_of(cast.tom.id)[0])
    assert subject is not None
    deadline = Introduction.objects.get(pk=introduction).next_at
    cast.now -= back
    assert front.due(cast.now) == []
    assert front.reap(cast.now) == 0
    assert cast.deliver() == []
    assert Introduction.objects.get(pk=introduction).next_at == deadline
    again = people.subject(cast.cora.community_id, people.keys_of(cast.tom.id)[0])
    assert again is not None
    assert again.next_ask_at == subject.next_ask_at
    cast.now += back + timedelta(days=29, hours=23)
    other = cast.asking(email="rolf@asks.example", name="Rolf")
    cast.deliver()
    assert [facts.introduction for facts in cast.sent if facts.kind == "ask"] == [introduction]
    assert other


@pytest.mark.case("B21", "F17")
def test_the_products_clock_never_shows_an_earlier_time_than_it_did(cast: Cast) -> None:
    seen = clock.now()
    clock.persist(seen + DAY)
    assert clock.now() >= seen + DAY
    clock.persist(seen)
    assert Installation.the().high_water == seen + DAY


@pytest.mark.case("B21", "B3")
def test_a_reaper_far_ahead_of_time_makes_no_second_copy(cast: Cast) -> None:
    cast.asking()
    claimed = front.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    front.reap(cast.now + timedelta(days=400))
    with pytest.raises(front.Blocked):
        front.point_of_no_return(claimed, "tom@target.example", cast.now)
    again = front.claim(cast.now, kinds=("ask",))
    assert again is not None
    front.point_of_no_return(again, "tom@target.example", cast.now)
    front.reap(cast.now + timedelta(days=400))
    assert Letter.objects.get(pk=again.letter).state == "unknown"
    assert front.claim(cast.now + timedelta(days=400), kinds=("ask",)) is None


# --- zones, summer time, leap days and 2038 -------------------------------------------------------------------------


@pytest.mark.case("F16")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 24, 9, tzinfo=UTC),
        datetime(2026, 10, 20, 9, tzinfo=UTC),
        datetime(2028, 2, 27, 9, tzinfo=UTC),
        datetime(2038, 1, 15, 9, tzinfo=UTC),
    ],
)
def test_tom_has_his_full_days_whatever_the_clocks_do(cast: Cast, start: datetime, zone: str) -> None:
    cast.now = start
    cora = people.add_connector("z@connects.example", name="Zora", handle="zora", zone=zone)
    tom = people.add_card(cora.id, name="Tom", addresses=["tom@target.example"])
    made = front.request(cora.id, REQUEST, now=cast.now, door="web", proved=addresses.key(REQUEST["email"]))
    desk = front.Actor(front.Role.CONNECTOR, cora.id, "web")
    front.approve(made.id, {**APPROVAL, "target": tom.id}, frozen=frozen(), actor=desk, now=cast.now)
    cast.deliver()
    page = front.desk_page(cora.id, made.id, cast.now)
    assert page is not None
    assert page.answer_until == start + timedelta(days=10)
    assert page.answer_until.utcoffset() == timedelta(0)
    cast.pass_time(timedelta(days=10) - timedelta(seconds=1))
    assert state_of(made.id) is State.ASKING
    cast.pass_time(timedelta(seconds=1))
    assert state_of(made.id) is State.REFUSED
    digest = Letter.objects.filter(kind="digest", connector_id=cora.id).latest("due_at")
    assert digest.due_at.astimezone(ZoneInfo(zone)).hour == 8
    assert digest.due_at > start


@pytest.mark.case("F16")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_a_date_that_tom_names_begins_in_the_morning_of_coras_zone(cast: Cast, zone: str) -> None:
    introduction = cast.asked()
    Introduction.objects.filter(pk=introduction).update(zone=zone)
    cast.answer(introduction, "later", until="2026-10-25")
    timer = Introduction.objects.get(pk=introduction).snapshot["come_back"]
    at = datetime.fromisoformat(timer).astimezone(ZoneInfo(zone))
    assert (at.date().isoformat(), at.hour) == ("2026-10-25", 9)


def test_closed_weeks_stop_coras_clocks_and_hold_the_ask(cast: Cast) -> None:
    first = (cast.now + timedelta(days=4)).date()
    policy.set_house_rules(cast.cora.id, closed=[(first, first + timedelta(days=6))])
    introduction = cast.waiting()
    cast.pass_time(timedelta(days=3))
    words = {**APPROVAL, "target": cast.tom.id}
    front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    cast.pass_time(timedelta(days=7))
    assert not [facts for facts in cast.sent if facts.kind == "ask"]
    cast.pass_time(timedelta(days=2))
    assert [facts.introduction for facts in cast.sent if facts.kind == "ask"] == [introduction]
    other = cast.waiting(email="rolf@asks.example", name="Rolf")
    cast.pass_time(timedelta(days=13))
    assert state_of(other) is State.WAITING
