"""What a target may answer, change, take back, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.introductions.states import MAKE, QUIET, introduced
from tests.introductions.world import (
    CLOCK,
    DESK,
    HOLDER,
    PROGRAM,
    RELAY,
    REQUESTER,
    Chapter,
    World,
    approved,
    asked,
    kinds_to,
)
from twoyes.introductions.protocol import Act, Event, State, advance
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def soon(world: World) -> str:
    return (world.now + 40 * DAY).isoformat()


def press(world: World, chapter: Chapter, kind: str, **data: str | bool) -> None:
    world.do(chapter, kind, HOLDER, **{"until": soon(world), **data})


def code_of(world: World, chapter: Chapter, kind: str) -> str:
    with pytest.raises(Refused) as refused:
        press(world, chapter, kind)
    return refused.value.code


ANSWERS = {
    "yes": State.AGREED,
    "no": State.REFUSED,
    "never": State.REFUSED,
    "not_me": State.REFUSED,
    "later": State.DEFERRED,
    "their_details": State.PASSED,
}
ANSWERABLE = {State.ASKING, State.AGREED, State.PASSED, State.REFUSED, State.DEFERRED}


@pytest.mark.case("A5", "A24")
@pytest.mark.parametrize(("kind", "state"), ANSWERS.items())
def test_each_answer_leads_to_its_state_and_is_told_to_the_connector_alone(kind: str, state: State) -> None:
    world = World()
    chapter = asked(world)
    letters = kinds_to(chapter, "requester")
    press(world, chapter, kind)
    assert chapter.state == state
    assert chapter.snapshot.answer == kind
    assert kinds_to(chapter, "requester") == letters
    assert kinds_to(chapter, "connector")[-1] == "digest"


@pytest.mark.case("A5", "A24")
@pytest.mark.parametrize(("kind", "wished"), [("no", False), ("never", True), ("not_me", True)])
def test_never_and_not_me_are_wishes_and_a_plain_no_is_none(kind: str, wished: bool) -> None:
    world = World()
    chapter = asked(world)
    press(world, chapter, kind)
    assert (("tom", "rita") in world.wishes) is wished


@pytest.mark.case("A7")
@pytest.mark.parametrize("first", ["no", "never", "later", "their_details", "yes"])
@pytest.mark.parametrize("then", ["yes", "no", "never", "later", "their_details"])
def test_until_the_deadline_any_answer_may_become_any_other(first: str, then: str) -> None:
    world = World()
    chapter = asked(world)
    press(world, chapter, first)
    world.wait(timedelta(minutes=5))
    if first == then and then in {"yes", "their_details"}:
        assert code_of(world, chapter, then) == "not_now"
        return
    press(world, chapter, then)
    assert chapter.state == ANSWERS[then]
    assert (("tom", "rita") in world.wishes) is (then == "never" or (first == "never" and then != "yes"))


@pytest.mark.parametrize("kind", ["no", "never", "later", "their_details", "yes"])
def test_undo_leads_back_to_before_the_first_answer_with_its_clock(kind: str) -> None:
    world = World()
    chapter = asked(world)
    press(world, chapter, kind)
    world.wait(timedelta(minutes=5))
    press(world, chapter, "no")
    press(world, chapter, "undo")
    assert chapter.state == State.ASKING
    assert (chapter.snapshot.answer, chapter.snapshot.come_back, chapter.snapshot.passed_by) == ("", None, "")
    assert world.wishes == {}
    assert chapter.snapshot.next_timer is not None
    assert chapter.snapshot.next_timer.name == "silence"
    world.wait(10 * DAY)
    assert chapter.state == State.REFUSED


@pytest.mark.case("A24")
@pytest.mark.parametrize("before", ["", "no", "later", "their_details"])
def test_whoever_says_that_it_is_not_them_closes_it_for_good(before: str) -> None:
    world = World()
    chapter = asked(world)
    if before:
        press(world, chapter, before)
    press(world, chapter, "not_me")
    for days in (0, 11):
        world.wait(days * DAY)
        for kind in ("yes", "later", "their_details", "undo", "no"):
            assert code_of(world, chapter, kind) == "not_now"


def test_there_is_nothing_to_undo_before_an_answer_or_after_silence() -> None:
    world = World()
    chapter = asked(world)
    assert code_of(world, chapter, "undo") == "not_now"
    world.wait(10 * DAY)
    assert code_of(world, chapter, "undo") == "not_now"


@pytest.mark.case("A6")
@pytest.mark.parametrize("kind", ["no", "never", "not_me", "undo", "later", "their_details"])
def test_a_yes_taken_back_before_the_point_of_no_return_stops_the_introduction(kind: str) -> None:
    world = World()
    chapter = asked(world)
    press(world, chapter, "yes")
    world.wait(timedelta(minutes=10))
    assert kinds_to(chapter, "requester")[-1] == "introduction"
    press(world, chapter, kind)
    assert "introduction" not in kinds_to(chapter, "requester", "target")
    with pytest.raises(Refused):
        world.do(chapter, "introduced", RELAY)


@pytest.mark.case("A6")
def test_a_no_counts_until_the_introduction_is_out_even_after_the_asks_deadline() -> None:
    world = World()
    chapter = asked(world)
    world.wait(10 * DAY - timedelta(minutes=1))
    press(world, chapter, "yes")
    world.wait(timedelta(minutes=9))
    assert code_of(world, chapter, "later") == "deadline"
    press(world, chapter, "no")
    assert chapter.state == State.REFUSED


def test_once_the_introduction_is_out_no_answer_changes_anything() -> None:
    world = World()
    chapter = introduced(world)
    for kind in (*ANSWERS, "undo"):
        assert code_of(world, chapter, kind) == "not_now"


@pytest.mark.case("A7")
def test_after_the_deadline_a_yes_is_late_and_opens_nothing_by_itself() -> None:
    world = World()
    chapter = asked(world)
    press(world, chapter, "no")
    world.wait(10 * DAY)
    press(world, chapter, "yes")
    assert chapter.state == State.REFUSED
    assert chapter.snapshot.late_yes
    assert kinds_to(chapter, "connector")[-1] == "late_yes"
    press(world, chapter, "yes")
    assert kinds_to(chapter, "connector").count("late_yes") == 1
    world.wait(90 * DAY)
    assert "introduction" not in kinds_to(chapter, "requester", "target")


@pytest.mark.parametrize("kind", ["later", "their_details", "undo"])
def test_after_the_deadline_nothing_else_is_open(kind: str) -> None:
    world = World()
    chapter = asked(world)
    press(world, chapter, "no")
    world.wait(10 * DAY)
    assert code_of(world, chapter, kind) == "not_now"


@pytest.mark.case("B19")
@pytest.mark.parametrize("answer_first", [True, False])
def test_deadline_and_yes_in_one_second_have_one_winner_and_no_introduction_follows_silence(answer_first: bool) -> None:
    world = World()
    chapter = asked(world)
    deadline = chapter.snapshot.answer_until
    assert deadline is not None
    world.now = deadline - timedelta(milliseconds=1 if answer_first else 0)
    yes = Event("yes", HOLDER, {"side": "target"})
    silence = Event("silence", CLOCK)
    if answer_first:
        after = advance(chapter.snapshot, yes, world.now).introduction
        with pytest.raises(Refused, match="not come"):
            advance(after, silence, deadline)
        assert after.state is State.AGREED
        return
    with pytest.raises(Refused) as refused:
        advance(chapter.snapshot, yes, world.now)
    assert refused.value.code == "deadline"
    after = advance(chapter.snapshot, silence, world.now).introduction
    after = advance(after, yes, world.now).introduction
    assert (after.state, after.late_yes) == (State.REFUSED, True)


@pytest.mark.case("A8", "A9", "A10", "A11")
@pytest.mark.parametrize("answer", ["", "yes", "no", "later"])
@pytest.mark.parametrize(
    ("kind", "actor", "data"),
    [
        ("withdraw", REQUESTER, {}),
        ("withdraw", DESK, {}),
        ("close", PROGRAM, {"reason": "account_deleted"}),
        ("erase", PROGRAM, {"who": "requester"}),
        ("erase", PROGRAM, {"who": "target"}),
    ],
)
def test_after_an_end_a_yes_is_told_that_it_has_ended_and_nothing_more(
    answer: str, kind: str, actor: object, data: dict[str, str]
) -> None:
    world = World()
    chapter = asked(world)
    if answer:
        press(world, chapter, answer)
    if kind == "withdraw" and actor is DESK and answer in {"no", "later"}:
        return
    world.do(chapter, kind, actor, **data)  # type: ignore[arg-type]
    letters = kinds_to(chapter, "target")
    for press_again in ("yes", "their_details", "later", "undo"):
        assert code_of(world, chapter, press_again) == "not_now"
    world.wait(400 * DAY)
    assert kinds_to(chapter, "target") == letters
    assert "introduction" not in letters


@pytest.mark.case("A13")
@pytest.mark.parametrize("state", sorted(set(MAKE) - ANSWERABLE))
def test_an_answer_where_none_was_asked_for_is_refused(state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    before = chapter.snapshot
    for kind in (*ANSWERS, "undo"):
        code_of(world, chapter, kind)
    assert chapter.snapshot is before


@pytest.mark.case("A26")
def test_a_page_that_showed_something_else_is_told_so_unless_it_says_no() -> None:
    world = World()
    chapter = asked(world)
    seen = chapter.snapshot.turn
    press(world, chapter, "yes")
    for kind in ("yes", "later", "undo", "their_details"):
        with pytest.raises(Refused) as refused:
            advance(chapter.snapshot, Event(kind, HOLDER, {"until": soon(world)}, seen=seen), world.now)
        assert refused.value.code == "stale"
    for kind in ("no", "never", "not_me"):
        after = advance(chapter.snapshot, Event(kind, HOLDER, seen=seen), world.now).introduction
        assert after.state is State.REFUSED


def test_what_the_target_cannot_see_makes_their_page_no_older() -> None:
    world = World()
    chapter = approved(world)
    seen = chapter.snapshot.turn
    world.do(chapter, "unknown", RELAY)
    world.do(chapter, "sent", RELAY)
    after = advance(chapter.snapshot, Event("yes", HOLDER, seen=seen), world.now).introduction
    assert after.state is State.AGREED


@pytest.mark.parametrize("days", [0.5, 366.0, None])
def test_a_date_to_come_back_lies_between_tomorrow_and_a_year(days: float | None) -> None:
    world = World()
    chapter = asked(world)
    until = None if days is None else (world.now + days * DAY).isoformat()
    with pytest.raises(Refused) as refused:
        world.do(chapter, "later", HOLDER, until=until)
    assert refused.value.code == "until"


# --- the connector's word -----------------------------------------------------------------------------------


def test_an_answer_noted_by_the_connector_is_marked_as_their_word() -> None:
    world = World()
    chapter = approved(world)
    advanced = world.do(chapter, "noted_yes", DESK)
    assert chapter.snapshot.noted
    assert Act.TAKE_PAIR in advanced.acts
    assert kinds_to(chapter, "target") == []
    press(world, chapter, "no")
    assert not chapter.snapshot.noted


@pytest.mark.parametrize("kind", ["noted_no", "noted_never", "noted_later"])
def test_a_noted_refusal_takes_no_pair(kind: str) -> None:
    world = World()
    chapter = approved(world)
    assert Act.TAKE_PAIR not in world.do(chapter, kind, DESK, until=soon(world)).acts
    assert not chapter.snapshot.asked


def test_a_noted_yes_without_an_address_waits_for_one_and_then_has_a_hold_of_its_own() -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "noted_yes", DESK, address_wanted=True)
    world.wait(DAY)
    assert "introduction" not in kinds_to(chapter, "requester")
    world.do(chapter, "address_given", DESK)
    world.wait(timedelta(minutes=10))
    assert kinds_to(chapter, "requester")[-1] == "introduction"
    with pytest.raises(Refused) as refused:
        world.do(chapter, "address_given", DESK)
    assert refused.value.code == "has_address"


def test_nobody_but_the_desk_notes_and_nobody_but_the_page_answers() -> None:
    world = World()
    chapter = asked(world)
    for kind, actor in (("noted_yes", HOLDER), ("yes", DESK), ("yes", REQUESTER), ("yes", RELAY), ("no", PROGRAM)):
        with pytest.raises(Refused) as refused:
            world.do(chapter, kind, actor)
        assert refused.value.code == "not_yours"


@pytest.mark.case("A8")
@pytest.mark.parametrize("name", QUIET)
def test_no_yes_is_taken_back_into_a_chapter_that_whoever_asked_left(name: str) -> None:
    world = World()
    chapter = QUIET[name](world)
    world.do(chapter, "withdraw", REQUESTER)
    assert code_of(world, chapter, "yes") == "not_now"


def test_the_instant_of_an_answer_is_part_of_no_promise() -> None:
    """The first date stands whatever is answered and changed meanwhile."""
    world = World()
    chapter = asked(world)
    date: datetime | None = chapter.snapshot.hears_by
    for kind in ("no", "yes", "later", "their_details", "no", "undo"):
        world.wait(timedelta(minutes=3))
        press(world, chapter, kind)
    assert chapter.snapshot.hears_by == date
    assert {timer.name: timer.at for timer in chapter.snapshot.timers}["final"] == date
