"""Only the requester's details go over: passed on by the connector, or asked for by the target (N5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.world import DESK, HOLDER, RELAY, REQUESTER, Chapter, World, asked, kinds_to, open_request
from twoyes.introductions.protocol import Act, State, requester_view
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def passed(world: World) -> Chapter:
    chapter = open_request(world)
    world.do(chapter, "pass_on", DESK)
    return chapter


def wanted(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "their_details", HOLDER)
    return chapter


@pytest.mark.parametrize("permitted", [True, False])
def test_details_go_nowhere_without_the_requesters_ticked_permission(permitted: bool) -> None:
    for kind, actor in (("pass_on", DESK), ("their_details", HOLDER), ("noted_their_details", DESK)):
        world = World()
        chapter = open_request(world) if kind == "pass_on" else asked(world)
        chapter.snapshot = chapter.snapshot.changed(may_pass_on=permitted)
        if permitted:
            world.do(chapter, kind, actor)
            assert chapter.state == State.PASSED
            continue
        with pytest.raises(Refused) as refused:
            world.do(chapter, kind, actor)
        assert refused.value.code == "details_not_allowed"


def test_the_requester_is_told_at_the_act_where_the_connector_passed_them_on() -> None:
    world = World()
    chapter = passed(world)
    assert kinds_to(chapter, "requester")[-1] == "passed_on"
    assert requester_view(chapter.snapshot.face, world.now).stage == "passed_on"
    world.wait(14 * DAY)
    world.wait(60 * DAY)
    assert kinds_to(chapter, "requester") == ["verify", "received", "passed_on", "what_happened"]


def test_the_requester_keeps_the_ordinary_face_where_the_target_asked_for_them() -> None:
    world = World()
    chapter = wanted(world)
    assert requester_view(chapter.snapshot.face, world.now).stage == "on_its_way"
    world.wait(60 * DAY)
    assert kinds_to(chapter, "requester") == ["verify", "received", "on_its_way", "not_this_time"]


def test_each_chapter_owes_one_letter_with_details_however_often_they_are_asked_for() -> None:
    world = World()
    chapter = wanted(world)
    world.do(chapter, "undo", HOLDER)
    world.do(chapter, "their_details", HOLDER)
    assert kinds_to(chapter, "target") == ["ask", "details"]
    world.send_all()
    for kind in ("no", "their_details", "undo", "their_details"):
        world.do(chapter, kind, HOLDER)
    assert kinds_to(chapter, "target") == ["ask", "details"]


@pytest.mark.parametrize("make", [passed, wanted])
def test_after_three_weeks_nobody_waits_any_more(make) -> None:  # type: ignore[no-untyped-def]
    world = World()
    chapter = make(world)
    world.wait(21 * DAY - timedelta(seconds=1))
    assert chapter.state == State.PASSED
    world.wait(timedelta(seconds=1))
    assert chapter.state == State.CLOSED


@pytest.mark.parametrize("make", [passed, wanted])
@pytest.mark.parametrize(
    ("kind", "state"), [("no", State.REFUSED), ("never", State.REFUSED), ("not_me", State.REFUSED)]
)
def test_a_no_after_the_details_is_a_no(make, kind: str, state: State) -> None:  # type: ignore[no-untyped-def]
    world = World()
    chapter = make(world)
    world.do(chapter, kind, HOLDER)
    assert chapter.state == state


def test_passed_on_by_the_connector_a_yes_agrees_until_the_three_weeks_are_over_and_is_late_afterwards() -> None:
    world = World()
    chapter = passed(world)
    world.wait(20 * DAY)
    world.do(chapter, "no", HOLDER)
    world.do(chapter, "yes", HOLDER)
    assert chapter.state == State.AGREED
    late = passed(world_late := World())
    world_late.wait(21 * DAY)
    world_late.do(late, "yes", HOLDER)
    assert (late.state, late.snapshot.late_yes) == (State.CLOSED, True)


def test_an_introduction_may_follow_the_final_letter_of_passed_on_and_no_other_letter_does() -> None:
    world = World()
    chapter = passed(world)
    world.do(chapter, "yes", HOLDER)
    world.wait(timedelta(minutes=10))
    world.send_all()
    assert chapter.state == State.INTRODUCED
    world.wait(13 * DAY)
    letters = kinds_to(chapter, "requester")
    assert letters == ["verify", "received", "passed_on", "introduction"]


@pytest.mark.parametrize(("before", "late"), [(timedelta(hours=1, seconds=1), False), (timedelta(hours=1), True)])
def test_after_their_details_a_yes_counts_until_an_hour_before_the_date(before: timedelta, late: bool) -> None:
    world = World()
    chapter = asked(world)
    world.wait(9 * DAY)
    world.do(chapter, "their_details", HOLDER)
    date = chapter.snapshot.hears_by
    assert date is not None
    world.wait(date - before - world.now)
    world.do(chapter, "yes", HOLDER)
    assert chapter.snapshot.late_yes is late
    assert (chapter.state == State.AGREED) is not late


@pytest.mark.parametrize("kind", ["failed", "unknown", "dsn"])
def test_the_relays_word_about_the_details_changes_only_what_the_connector_is_told(kind: str) -> None:
    for make in (passed, wanted):
        world = World()
        chapter = make(world)
        advanced = world.do(chapter, kind, RELAY, letter="details", side="target")
        assert chapter.state == State.PASSED
        assert kinds_to(chapter, "connector")[-1] == "trouble"
        assert (Act.RELEASE_PAIR in advanced.acts) is (kind == "failed" and make is passed)


def test_details_that_may_not_leave_close_it_and_no_yes_counts_afterwards() -> None:
    world = World()
    chapter = passed(world)
    world.do(chapter, "blocked", RELAY, cause="wish", letter="details", side="target")
    assert chapter.state == State.CLOSED
    with pytest.raises(Refused):
        world.do(chapter, "yes", HOLDER)


def test_details_given_out_by_hand_take_pair_and_slot_and_send_no_letter_to_the_target() -> None:
    world = World()
    chapter = open_request(world)
    advanced = world.do(chapter, "pass_on", DESK, channel="by_hand")
    assert advanced.acts == (Act.TAKE_PAIR, Act.TAKE_SLOT)
    assert kinds_to(chapter, "target") == []


@pytest.mark.parametrize("answer", ["", "no", "later", "yes"])
def test_did_they_get_in_touch_is_asked_once_and_may_be_answered_whatever_the_target_chose(answer: str) -> None:
    world = World()
    chapter = passed(world)
    if answer:
        until = (world.now + 100 * DAY).isoformat()
        world.do(chapter, answer, HOLDER, until=until, address_wanted=True)
    world.wait(14 * DAY)
    assert kinds_to(chapter, "requester")[-1] == "what_happened"
    state = chapter.state
    world.do(chapter, "outcome", REQUESTER, outcome="met")
    assert chapter.state == state
    assert chapter.snapshot.outcome == "met"
    assert kinds_to(chapter, "connector")[-1] == "good_news"


@pytest.mark.parametrize("answer", ["", "no", "yes"])
def test_whoever_asked_may_withdraw_after_passed_on_too_and_no_yes_counts_then(answer: str) -> None:
    world = World()
    chapter = passed(world)
    if answer:
        world.do(chapter, answer, HOLDER, address_wanted=True)
    world.do(chapter, "withdraw", REQUESTER)
    assert chapter.state == State.WITHDRAWN
    with pytest.raises(Refused):
        world.do(chapter, "yes", HOLDER)
    world.wait(30 * DAY)
    assert "what_happened" not in kinds_to(chapter, "requester")


def test_taking_the_request_for_details_back_leads_to_where_it_was() -> None:
    world = World()
    chapter = wanted(world)
    world.do(chapter, "undo", HOLDER)
    assert chapter.state == State.ASKING
    assert [one.state for one in chapter.letters if one.kind == "details"] == ["dropped"]
    chapter = passed(world := World())
    world.wait(5 * DAY)
    world.do(chapter, "no", HOLDER)
    world.do(chapter, "undo", HOLDER)
    assert chapter.state == State.PASSED
    world.wait(16 * DAY)
    assert chapter.state == State.CLOSED


def test_details_that_the_connector_passed_on_stay_so_when_the_target_asks_for_them_too() -> None:
    world = World()
    chapter = passed(world)
    world.wait(5 * DAY)
    world.do(chapter, "no", HOLDER)
    world.do(chapter, "their_details", HOLDER)
    assert (chapter.state, chapter.snapshot.passed_by) == (State.PASSED, "connector")
    assert kinds_to(chapter, "target") == ["details"]
    world.wait(16 * DAY)
    assert chapter.state == State.CLOSED
