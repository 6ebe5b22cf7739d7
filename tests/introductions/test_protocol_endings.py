"""Withdrawing, closing and erasing act in every state, and each who asked hears one final letter or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.states import MAKE, QUIET
from tests.introductions.world import DESK, FINALS, HOLDER, PROGRAM, REQUESTER, Chapter, World, kinds_to
from twoyes.introductions.protocol import State, requester_view
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)
BEFORE_APPROVAL = (State.WAITING, State.TALKING, State.RETURNED)
OUT = (State.INTRODUCED, State.CONNECTED, State.AWAITING_OUTCOME, State.CLOSED, State.UNREPORTED)
ENDED = (State.DECLINED, State.LAPSED, State.REFUSED, State.UNDELIVERABLE, State.DEFERRED, State.WITHDRAWN)


def finals(chapter: Chapter) -> list[str]:
    return [kind for kind in kinds_to(chapter, "requester") if kind in FINALS]


# --- close --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["operator", "account_deleted"])
@pytest.mark.parametrize("state", MAKE)
def test_close_acts_in_every_state(state: State, reason: str) -> None:
    world = World()
    chapter = MAKE[state](world)
    world.do(chapter, "close", PROGRAM, reason=reason)
    expected = State.CLOSED if state in OUT else State.WITHDRAWN
    assert chapter.state == (state if state in {*ENDED, State.DISCARDED, State.ERASED} else expected)
    assert chapter.snapshot.barred
    world.do(chapter, "close", PROGRAM, reason=reason)
    world.wait(400 * DAY)
    assert len(finals(chapter)) <= 1


@pytest.mark.parametrize("state", BEFORE_APPROVAL)
def test_a_close_before_an_approval_is_told_at_once_like_any_other_end(state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    world.do(chapter, "close", PROGRAM, reason="account_deleted")
    assert finals(chapter) == ["lapsed"]
    assert requester_view(chapter.snapshot.face, world.now).stage == "lapsed"


@pytest.mark.case("A29")
@pytest.mark.parametrize("name", QUIET)
def test_when_an_account_is_deleted_nobody_waits_whatever_the_target_did(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    world.do(chapter, "close", PROGRAM, reason="account_deleted")
    assert finals(chapter) == ["not_this_time"]
    assert requester_view(chapter.snapshot.face, world.now).stage == "not_this_time"
    assert requester_view(chapter.snapshot.face, world.now).acts == ()
    world.wait(400 * DAY)
    assert finals(chapter) == ["not_this_time"]
    assert "introduction" not in kinds_to(chapter, "target")


@pytest.mark.case("A29")
@pytest.mark.parametrize("name", QUIET)
def test_any_other_close_keeps_the_promised_date(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    date = chapter.snapshot.hears_by
    assert date is not None
    world.do(chapter, "close", PROGRAM, reason="operator")
    assert requester_view(chapter.snapshot.face, date - timedelta(seconds=1)).stage == "on_its_way"
    world.wait(date - world.now - timedelta(seconds=1))
    assert finals(chapter) == []
    world.wait(timedelta(seconds=1))
    assert finals(chapter) == ["not_this_time"]


# --- withdraw -----------------------------------------------------------------------------------------------


@pytest.mark.case("A11")
@pytest.mark.parametrize("name", QUIET)
def test_until_the_date_the_requester_may_withdraw_in_every_state_and_sees_the_same_page(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    world.send_all()
    letters = kinds_to(chapter, "requester")
    world.do(chapter, "withdraw", REQUESTER)
    view = requester_view(chapter.snapshot.face, world.now)
    assert (view.stage, view.since, view.acts) == ("withdrawn", world.now, ())
    for kind in ("yes", "their_details", "confirm"):
        with pytest.raises(Refused):
            world.do(chapter, kind, HOLDER)
    world.wait(400 * DAY)
    assert kinds_to(chapter, "requester") == letters
    assert "introduction" not in kinds_to(chapter, "target")


@pytest.mark.parametrize("name", QUIET)
def test_from_the_date_on_there_is_nothing_to_withdraw_even_while_the_worker_sleeps(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    assert chapter.snapshot.hears_by is not None
    world.fire_late(chapter.snapshot.hears_by - world.now)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "withdraw", REQUESTER)
    assert refused.value.code == "ended"


@pytest.mark.parametrize("name", QUIET)
def test_whoever_withdrew_is_not_written_to_when_the_account_is_deleted(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    world.do(chapter, "withdraw", REQUESTER)
    world.do(chapter, "close", PROGRAM, reason="account_deleted")
    assert finals(chapter) == []
    assert requester_view(chapter.snapshot.face, world.now).stage == "withdrawn"


def test_nobody_withdraws_twice() -> None:
    world = World()
    chapter = MAKE[State.ASKING](world)
    world.do(chapter, "withdraw", REQUESTER)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "withdraw", REQUESTER)
    assert refused.value.code == "ended"


@pytest.mark.parametrize("state", [s for s in MAKE if s not in {State.ASKING, State.AGREED}])
def test_the_connector_withdraws_only_what_is_being_asked_or_agreed(state: State) -> None:
    world = World()
    with pytest.raises(Refused):
        world.do(MAKE[state](world), "withdraw", DESK)


# --- erase --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["requester", "target"])
@pytest.mark.parametrize("state", MAKE)
def test_erase_acts_in_every_state_and_no_letter_follows_to_the_erased(state: State, who: str) -> None:
    world = World()
    chapter = MAKE[state](world)
    world.send_all()
    letters = {side: kinds_to(chapter, side) for side in ("requester", "target", "writer")}
    world.do(chapter, "erase", PROGRAM, who=who)
    assert chapter.state == State.ERASED
    assert (chapter.snapshot.barred, chapter.snapshot.come_back) == (True, None)
    world.do(chapter, "erase", PROGRAM, who=who)
    world.wait(400 * DAY)
    assert kinds_to(chapter, "target") == letters["target"]
    if who == "requester":
        assert kinds_to(chapter, "requester") == letters["requester"]
        assert kinds_to(chapter, "writer") == letters["writer"]


@pytest.mark.case("A30")
@pytest.mark.parametrize("name", QUIET)
def test_an_erased_target_changes_nothing_that_the_requester_sees(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    date = chapter.snapshot.hears_by
    assert date is not None
    view = requester_view(chapter.snapshot.face, world.now)
    world.do(chapter, "erase", PROGRAM, who="target")
    assert requester_view(chapter.snapshot.face, world.now) == view
    world.wait(date - world.now)
    assert finals(chapter) == ["not_this_time"]


@pytest.mark.parametrize("state", BEFORE_APPROVAL)
def test_a_target_erased_before_an_approval_ends_the_request_like_a_lapse(state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    world.do(chapter, "erase", PROGRAM, who="target")
    assert finals(chapter) == ["lapsed"]
    assert requester_view(chapter.snapshot.face, world.now).stage == "lapsed"


@pytest.mark.parametrize("first", ["requester", "target"])
def test_two_erasures_silence_everybody(first: str) -> None:
    world = World()
    chapter = MAKE[State.ASKING](world)
    world.do(chapter, "erase", PROGRAM, who=first)
    world.do(chapter, "erase", PROGRAM, who="target" if first == "requester" else "requester")
    world.do(chapter, "close", PROGRAM, reason="account_deleted")
    world.wait(60 * DAY)
    assert finals(chapter) == []


# --- answered -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUIET)
def test_each_who_asked_hears_once_on_the_day_that_was_promised(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    if name == "agreed, address known":
        world.do(chapter, "withdraw", DESK)
    world.wait(400 * DAY)
    (letter,) = [one for one in chapter.letters if one.kind in FINALS]
    assert (letter.kind, letter.to) == ("not_this_time", "requester")


def test_final_letters_are_no_nudges_and_leave_however_long_the_worker_slept() -> None:
    for state in (State.WAITING, State.ASKING):
        world = World()
        chapter = MAKE[state](world)
        world.fire_late(200 * DAY)
        world.wait(timedelta())
        assert len(finals(chapter)) == 1
