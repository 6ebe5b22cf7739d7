"""The promised date and the ask's own hours: fixed when they are set, as instants, whatever calendars do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.introductions.world import DESK, HOLDER, RELAY, World, approved, asked, kinds_to, open_request
from twoyes.introductions.protocol import Actor, Event, Introduction, Role, State, Terms, advance
from twoyes.introductions.protocol.times import leaving, open_time
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)
RITA = Actor(Role.REQUESTER, "rita")


def approve(now: datetime, *, terms: Terms | None = None, **data: object) -> Introduction:
    """A request approved at that instant."""
    i = advance(Introduction(), Event("requested", RITA, terms=terms), now).introduction
    i = advance(i, Event("verified", RITA), now).introduction
    event = Event("approve", DESK, {"draw": 3600.0, **data}, terms=terms)  # type: ignore[dict-item]
    return advance(i, event, now).introduction


def test_the_date_is_the_asks_length_two_weeks_and_the_draw_after_the_approval() -> None:
    world = World()
    chapter = approved(world)
    assert chapter.snapshot.hears_by == world.now + 24 * DAY + timedelta(hours=2)
    (letter,) = [one for one in chapter.letters if one.kind == "on_its_way"]
    assert (letter.to, letter.due) == ("requester", world.now)


def test_a_draft_in_the_connectors_mailbox_takes_a_week_more() -> None:
    now = World().now
    assert approve(now, as_draft=True).hears_by == now + 31 * DAY + timedelta(hours=1)


@pytest.mark.parametrize("draw", [None, 0.0, 3599.9, 86400.0, 1e9, -3600.0])
def test_a_date_without_a_fair_draw_is_refused(draw: float | None) -> None:
    world = World()
    chapter = open_request(world)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "approve", DESK, draw=draw)
    assert refused.value.code == "draw"
    assert chapter.state == State.WAITING


@pytest.mark.parametrize("draw", [3600.0, 86399.9])
def test_the_draw_is_an_hour_or_more_and_less_than_a_day(draw: float) -> None:
    world = World()
    chapter = open_request(world)
    world.do(chapter, "approve", DESK, draw=draw)
    assert chapter.state == State.ASKING


def test_a_standing_yes_gives_the_same_date_takes_the_pair_and_sends_no_ask() -> None:
    world = World()
    chapter = approved(world, standing=True)
    assert chapter.state == State.AGREED
    assert chapter.snapshot.hears_by == approved(World()).snapshot.hears_by
    assert kinds_to(chapter, "target") == []
    assert frozenset(("rita", "tom")) in world.pairs
    world.wait(timedelta(minutes=10))
    assert kinds_to(chapter, "target") == ["introduction"]


@pytest.mark.parametrize("days", [7, 10, 21])
def test_the_asks_length_is_the_connectors_choice(days: int) -> None:
    now = World().now
    i = approve(now, terms=Terms(ask_length=days * DAY))
    i = advance(i, Event("sent", RELAY), now + DAY).introduction
    assert i.answer_until == now + DAY + days * DAY
    assert i.hears_by == now + (days + 14) * DAY + timedelta(hours=1)


@pytest.mark.case("F16")
def test_a_target_has_seven_full_days_whatever_the_rules_say() -> None:
    now = World().now
    i = advance(approve(now, terms=Terms(ask_length=2 * DAY)), Event("sent", RELAY), now).introduction
    assert i.answer_until == now + 7 * DAY


def test_numbers_that_change_after_the_approval_do_not_move_what_was_promised() -> None:
    now = World().now
    i = approve(now)
    i = advance(i, Event("sent", RELAY, terms=Terms(ask_length=21 * DAY)), now).introduction
    assert i.answer_until == now + 10 * DAY


# --- back in waiting ----------------------------------------------------------------------------------------


def test_a_second_approval_keeps_the_first_date_and_sends_no_second_word() -> None:
    world = World()
    chapter = approved(world)
    date = chapter.snapshot.hears_by
    world.do(chapter, "blocked", RELAY, cause="text")
    world.wait(5 * DAY)
    world.do(chapter, "approve", DESK)
    assert chapter.state == State.ASKING
    assert chapter.snapshot.hears_by == date
    assert kinds_to(chapter, "requester").count("on_its_way") == 1
    assert [one.state for one in chapter.letters if one.kind == "ask"] == ["dropped", "queued"]


@pytest.mark.parametrize(("left", "allowed"), [(11 * DAY, True), (11 * DAY - timedelta(seconds=1), False)])
def test_approving_again_needs_the_asks_length_and_a_day(left: timedelta, allowed: bool) -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", RELAY, cause="authority")
    date = chapter.snapshot.hears_by
    assert date is not None
    world.now = date - left
    if allowed:
        world.do(chapter, "approve", DESK)
        return
    with pytest.raises(Refused) as refused:
        world.do(chapter, "approve", DESK)
    assert refused.value.code == "too_late_to_ask"


def test_an_ask_approved_again_may_not_leave_so_late_that_its_deadline_passes_the_date() -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", RELAY, cause="text")
    date = chapter.snapshot.hears_by
    assert date is not None
    world.now = date - 12 * DAY
    world.do(chapter, "approve", DESK)
    assert chapter.letters[-1].not_after == date - 10 * DAY


def test_what_is_parked_until_the_date_lapses_with_not_this_time() -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", RELAY, cause="text")
    world.wait(13 * DAY)
    world.do(chapter, "approve", DESK)
    world.do(chapter, "blocked", RELAY, cause="text")
    world.wait(11 * DAY + timedelta(hours=2))
    assert chapter.state == State.LAPSED
    assert kinds_to(chapter, "requester").count("not_this_time") == 1


# --- closed weeks -------------------------------------------------------------------------------------------

MONDAY = datetime(2026, 8, 3, tzinfo=UTC)
AWAY = Terms(closed=((MONDAY, MONDAY + 14 * DAY),))


@pytest.mark.parametrize(
    ("approved_at", "leaves"),
    [
        (MONDAY - 3 * DAY - timedelta(seconds=1), MONDAY - 3 * DAY - timedelta(seconds=1)),
        (MONDAY - 3 * DAY, MONDAY + 14 * DAY),
        (MONDAY + 5 * DAY, MONDAY + 14 * DAY),
        (MONDAY + 14 * DAY, MONDAY + 14 * DAY),
    ],
)
def test_no_ask_leaves_in_closed_weeks_or_the_three_days_before_and_the_date_counts_from_then(
    approved_at: datetime, leaves: datetime
) -> None:
    i = approve(approved_at, terms=AWAY)
    assert i.leaves_at == leaves
    assert i.hears_by == leaves + 24 * DAY + timedelta(hours=1)


def test_closed_weeks_stop_the_clocks_of_the_desk_and_nothing_else() -> None:
    now = MONDAY - 4 * DAY
    i = advance(Introduction(), Event("requested", RITA, terms=AWAY), now).introduction
    assert i.next_timer is not None
    assert i.next_timer.at == now + 2 * DAY
    i = advance(i, Event("verified", RITA), now).introduction
    assert {timer.name: timer.at for timer in i.timers} == {
        "remind": now + 5 * DAY + 14 * DAY,
        "lapse": now + 14 * DAY + 14 * DAY,
    }


def test_two_closed_weeks_in_a_row_are_one_long_absence() -> None:
    terms = Terms(closed=((MONDAY + 7 * DAY, MONDAY + 14 * DAY), (MONDAY, MONDAY + 7 * DAY)))
    assert leaving(MONDAY + DAY, terms) == MONDAY + 14 * DAY
    assert open_time(MONDAY + DAY, DAY, terms) == MONDAY + 15 * DAY


CLOSED = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 30)).map(
        lambda pair: (MONDAY + pair[0] * DAY, MONDAY + (pair[0] + pair[1]) * DAY)
    ),
    max_size=4,
).map(tuple)


@given(CLOSED, st.integers(0, 400 * 24), st.integers(1, 40 * 24))
def test_open_time_counts_every_open_hour_once_and_no_closed_one(
    closed: tuple[tuple[datetime, datetime], ...], start: int, span: int
) -> None:
    at, terms, hour = MONDAY + timedelta(hours=start), Terms(closed=closed), timedelta(hours=1)
    end = open_time(at, span * hour, terms)
    hours = [at + n * hour for n in range(int((end - at) / hour))]
    opened = [one for one in hours if not any(first <= one < last for first, last in closed)]
    assert len(opened) == span


@given(CLOSED, st.integers(0, 400 * 24))
def test_an_ask_never_leaves_while_it_is_closed_and_never_waits_without_a_reason(
    closed: tuple[tuple[datetime, datetime], ...], start: int
) -> None:
    def shut(instant: datetime) -> bool:
        return any(first - 3 * DAY <= instant < last for first, last in closed)

    at, hour = MONDAY + timedelta(hours=start), timedelta(hours=1)
    leaves = leaving(at, Terms(closed=closed))
    assert not shut(leaves)
    assert all(shut(at + n * hour) for n in range(int((leaves - at) / hour)))


# --- zones, daylight saving, leap days, 2038 ----------------------------------------------------------------

TURNS = [
    datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 3, 8, 9, 30, tzinfo=UTC),
    datetime(2026, 4, 4, 15, 30, tzinfo=UTC),
    datetime(2028, 2, 28, 23, 30, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, tzinfo=UTC),
]


@pytest.mark.case("F16")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe"])
@pytest.mark.parametrize("turn", TURNS, ids=lambda at: at.date().isoformat())
def test_deadlines_are_instants_whatever_the_zone_of_the_clock_that_sets_them(zone: str, turn: datetime) -> None:
    for offset in (-10, -3, 0):
        now = turn + offset * DAY
        here, there = approve(now), approve(now.astimezone(ZoneInfo(zone)))
        assert here == there
        assert here.hears_by is not None
        assert here.hears_by - now == 24 * DAY + timedelta(hours=1)


@pytest.mark.case("F16")
def test_a_clock_that_repeats_an_hour_fires_each_deadline_once() -> None:
    world = World()
    chapter = asked(world)
    world.now = chapter.snapshot.answer_until or world.now
    world.wait(timedelta())
    assert chapter.state == State.REFUSED
    world.now -= timedelta(hours=1)
    world.wait(timedelta())
    world.wait(timedelta(hours=1))
    assert [event.kind for event, _ in chapter.journal].count("silence") == 1


@pytest.mark.case("F16")
@given(st.datetimes(datetime(2026, 1, 1), datetime(2045, 1, 1)), st.sampled_from(["Europe/Paris", "Asia/Tehran"]))  # noqa: DTZ001
def test_any_wall_clock_anywhere_gives_at_least_seven_full_days(naive: datetime, zone: str) -> None:
    now = naive.replace(tzinfo=ZoneInfo(zone))
    i = advance(approve(now, terms=Terms(ask_length=7 * DAY)), Event("sent", RELAY), now).introduction
    assert i.answer_until is not None
    assert i.answer_until - now.astimezone(UTC) >= 7 * DAY


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="zone"):
        advance(Introduction(), Event("requested", RITA), datetime(2026, 1, 1))  # noqa: DTZ001


def test_the_date_ends_even_an_ask_whose_deadline_came_out_later_and_a_yes_is_late_then() -> None:
    world = World()
    chapter = approved(world)
    date = chapter.snapshot.hears_by
    assert date is not None
    world.do(chapter, "blocked", RELAY, cause="text")
    world.now = date - 11 * DAY
    world.do(chapter, "approve", DESK)
    world.now = date - timedelta(days=9, hours=23)
    world.do(chapter, "sent", RELAY)
    world.wait(date - world.now)
    assert chapter.state == State.REFUSED
    world.do(chapter, "yes", HOLDER)
    assert chapter.snapshot.late_yes
