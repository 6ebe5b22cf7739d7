"""A date to come back that stands in a kind no (N2): one letter on that day, and a way back to the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.world import (
    CLOCK,
    DESK,
    PROGRAM,
    RELAY,
    REQUESTER,
    Chapter,
    World,
    approved,
    kinds_to,
    open_request,
)
from twoyes.introductions.protocol import Event, State, advance, requester_view
from twoyes.lib import limits
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def declined(world: World, days: float = 40) -> Chapter:
    chapter = open_request(world)
    world.do(chapter, "decline", DESK, until=(world.now + days * DAY).isoformat())
    return chapter


def letters(chapter: Chapter) -> list[str]:
    return [kind for kind in kinds_to(chapter, "requester") if kind == "still_looking"]


def may(chapter: Chapter, world: World) -> tuple[str, ...]:
    return requester_view(chapter.snapshot.face, world.now).acts


def test_on_its_day_one_letter_leaves_and_none_before_or_after() -> None:
    world = World()
    chapter = declined(world)
    world.wait(40 * DAY - timedelta(seconds=1))
    assert (letters(chapter), may(chapter, world)) == ([], ())
    world.wait(timedelta(seconds=1))
    assert (letters(chapter), may(chapter, world)) == (["still_looking"], ("confirm",))
    world.wait(400 * DAY)
    assert letters(chapter) == ["still_looking"]
    with pytest.raises(Refused, match="has not come"):
        advance(chapter.snapshot, Event("come_back", CLOCK), world.now)


def test_a_clock_that_slept_for_more_than_a_week_writes_no_letter_and_the_page_still_leads_back() -> None:
    world = World()
    chapter = declined(world)
    late = world.now + 40 * DAY + limits.NUDGE_TOO_LATE + timedelta(seconds=1)
    after = advance(chapter.snapshot, Event("come_back", CLOCK), late)
    assert after.letters == ()
    assert requester_view(after.introduction.face, late).acts == ("confirm",)


def test_whoever_still_wishes_it_is_back_on_the_desk_at_one_press_and_only_once() -> None:
    world = World()
    chapter = declined(world)
    world.wait(40 * DAY)
    world.do(chapter, "confirm", REQUESTER)
    assert (chapter.state, world.chapters[-1].state) == (State.DECLINED, State.WAITING)
    assert requester_view(chapter.snapshot.face, world.now).stage == "taken_up"
    with pytest.raises(Refused):
        world.do(chapter, "confirm", REQUESTER)
    assert len(world.chapters) == 2


def test_the_connector_has_confirmed_with_the_date_and_cannot_press_for_the_one_who_asked() -> None:
    world = World()
    chapter = declined(world)
    world.wait(40 * DAY)
    with pytest.raises(Refused):
        world.do(chapter, "confirm", DESK)


@pytest.mark.parametrize("who", ["erase", "close"])
def test_who_is_erased_or_whose_connector_is_gone_hears_nothing_on_that_day(who: str) -> None:
    world = World()
    chapter = declined(world)
    world.do(chapter, who, PROGRAM, who="requester", reason="account_deleted")
    world.wait(60 * DAY)
    assert letters(chapter) == []
    assert chapter.snapshot.timers == ()


@pytest.mark.parametrize("days", [0.9, 366])
def test_the_day_lies_between_tomorrow_and_a_year_from_now(days: float) -> None:
    with pytest.raises(Refused, match="between tomorrow and a year"):
        declined(World(), days)


def test_where_a_date_was_promised_already_a_no_names_no_other() -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", RELAY, cause="text")
    world.do(chapter, "decline", DESK, until=(world.now + 60 * DAY).isoformat())
    world.wait(90 * DAY)
    assert letters(chapter) == []
    assert kinds_to(chapter, "requester")[-1] == "not_this_time"
    assert may(chapter, world) == ()
