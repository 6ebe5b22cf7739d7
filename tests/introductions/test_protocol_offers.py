"""Offers: each side in turn, the second only after the first's yes, and the first as quiet as any requester."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.world import DESK, HOLDER, PROGRAM, RELAY, Chapter, World, kinds_to
from twoyes.introductions.protocol import Act, Event, State, advance, requester_view
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def offered(world: World, **data: bool | float) -> Chapter:
    chapter = world.open("offered", "fred", "sue", DESK, **data)
    world.send_all()
    return chapter


def first_agreed(world: World, **data: bool) -> Chapter:
    chapter = offered(world)
    world.do(chapter, "yes", HOLDER, side="first", draw=7200.0, **data)
    return chapter


def both_asked(world: World, **data: bool) -> Chapter:
    chapter = first_agreed(world, **data)
    world.wait(timedelta(minutes=10))
    world.send_all()
    return chapter


def first(world: World, chapter: Chapter, kind: str, **data: str) -> None:
    world.do(chapter, kind, HOLDER, side="first", **data)


def second(world: World, chapter: Chapter, kind: str, **data: str | bool) -> None:
    world.do(chapter, kind, HOLDER, side="second", until=(world.now + 40 * DAY).isoformat(), **data)


def test_only_the_first_side_is_asked_at_the_start_and_gets_no_date() -> None:
    chapter = offered(World())
    assert chapter.state == State.ASKING
    assert (kinds_to(chapter, "first"), kinds_to(chapter, "second")) == (["ask"], [])
    assert chapter.snapshot.hears_by is None


def test_the_first_yes_brings_a_date_and_the_second_ask_both_after_the_hold() -> None:
    world = World()
    chapter = first_agreed(world)
    due = {(one.kind, one.to): one.due for one in chapter.letters if one.state == "queued"}
    assert due["ask", "second"] == due["on_its_way", "first"] == world.now + timedelta(minutes=10)
    assert chapter.snapshot.hears_by == world.now + timedelta(minutes=10) + 24 * DAY + timedelta(hours=2)


def test_the_first_yes_needs_a_fair_draw() -> None:
    world = World()
    chapter = offered(world)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "yes", HOLDER, side="first")
    assert refused.value.code == "draw"


def test_a_yes_given_in_person_is_noted_and_only_the_other_side_is_asked() -> None:
    world = World()
    chapter = world.open("offered", "fred", "sue", DESK, said_yes=True, draw=7200.0)
    world.wait(timedelta(minutes=10))
    world.send_all()
    assert (kinds_to(chapter, "first"), kinds_to(chapter, "second")) == (["on_its_way"], ["ask"])
    assert chapter.snapshot.first_noted


def test_a_first_yes_noted_before_the_ask_left_keeps_that_ask_back() -> None:
    world = World()
    chapter = world.open("offered", "fred", "sue", DESK)
    world.do(chapter, "noted_yes", DESK, side="first", draw=7200.0)
    assert kinds_to(chapter, "first") == ["on_its_way"]
    assert chapter.snapshot.first_noted


@pytest.mark.parametrize("kind", ["no", "never", "later", "not_me"])
def test_a_first_no_is_told_to_the_connector_alone_and_the_second_never_hears(kind: str) -> None:
    world = World()
    chapter = offered(world)
    first(world, chapter, kind, until=(world.now + 40 * DAY).isoformat())
    world.wait(60 * DAY)
    assert (kinds_to(chapter, "first"), kinds_to(chapter, "second")) == (["ask"], [])
    assert "digest" in kinds_to(chapter, "connector")


def test_a_first_no_may_become_a_yes_until_its_deadline_and_then_the_second_is_asked() -> None:
    world = World()
    chapter = offered(world)
    first(world, chapter, "never", scope="this_person")
    world.do(chapter, "yes", HOLDER, side="first", draw=7200.0)
    assert (chapter.state, chapter.snapshot.side, chapter.snapshot.answer) == (State.ASKING, "second", "")
    assert world.wishes == {}
    world.wait(timedelta(minutes=10))
    world.send_all()
    second(world, chapter, "no")
    second(world, chapter, "undo")
    assert chapter.state == State.ASKING


def test_silence_of_the_first_side_ends_it_without_a_word() -> None:
    world = World()
    chapter = offered(world)
    world.wait(60 * DAY)
    assert chapter.state == State.REFUSED
    assert kinds_to(chapter, "first", "second") == ["ask"]


def test_two_yeses_introduce_both_sides() -> None:
    world = World()
    chapter = both_asked(world)
    second(world, chapter, "yes")
    world.wait(timedelta(minutes=10))
    world.send_all()
    assert chapter.state == State.INTRODUCED
    assert kinds_to(chapter, "first") == ["ask", "on_its_way", "introduction"]
    assert kinds_to(chapter, "second") == ["ask", "introduction"]


def test_neither_side_answers_for_the_other() -> None:
    world = World()
    chapter = offered(world)
    for kind in ("yes", "no", "later", "their_details"):
        with pytest.raises(Refused) as refused:
            second(world, chapter, kind)
        assert refused.value.code == "not_their_turn"
    chapter = both_asked(World())
    for kind in ("yes", "later", "their_details"):
        with pytest.raises(Refused) as refused:
            first(world, chapter, kind, until=(world.now + 40 * DAY).isoformat())
        assert refused.value.code == "not_their_turn"


# --- the first side's way back ------------------------------------------------------------------------------


def test_within_the_hold_the_first_yes_is_undone_whole() -> None:
    world = World()
    chapter = offered(world)
    before = chapter.snapshot
    world.wait(DAY)
    world.do(chapter, "yes", HOLDER, side="first", draw=7200.0)
    world.wait(timedelta(minutes=9))
    first(world, chapter, "undo")
    after = chapter.snapshot
    assert (after.side, after.hears_by, after.answer_until) == ("first", None, before.answer_until)
    assert after.timers == before.timers
    world.wait(60 * DAY)
    assert (kinds_to(chapter, "first"), kinds_to(chapter, "second")) == (["ask"], [])


def test_an_undone_first_yes_may_be_given_again_with_a_new_date() -> None:
    world = World()
    chapter = first_agreed(world)
    first(world, chapter, "undo")
    world.wait(timedelta(minutes=1))
    world.do(chapter, "yes", HOLDER, side="first", draw=7200.0)
    assert kinds_to(chapter, "first").count("on_its_way") == 1
    assert chapter.snapshot.hears_by == world.now + timedelta(minutes=10, hours=2) + 24 * DAY


@pytest.mark.parametrize("answer", ["", "yes", "no", "later", "not_me"])
def test_after_the_hold_the_first_side_can_still_say_no_but_not_undo(answer: str) -> None:
    world = World()
    chapter = both_asked(world)
    if answer:
        second(world, chapter, answer)
    with pytest.raises(Refused) as refused:
        first(world, chapter, "undo")
    assert refused.value.code == "other_side_asked"
    first(world, chapter, "no")
    assert chapter.state == State.WITHDRAWN
    assert requester_view(chapter.snapshot.face, world.now).stage == "withdrawn"
    letters = kinds_to(chapter, "first")
    world.wait(60 * DAY)
    assert kinds_to(chapter, "first") == letters == ["ask", "on_its_way"]


def test_a_first_no_within_the_hold_keeps_the_date_from_being_told() -> None:
    world = World()
    chapter = first_agreed(world)
    first(world, chapter, "no")
    world.wait(60 * DAY)
    assert (kinds_to(chapter, "first"), kinds_to(chapter, "second")) == (["ask"], [])


@pytest.mark.parametrize("kind", ["never", "not_me"])
def test_a_never_of_the_first_side_after_its_yes_is_a_wish_too(kind: str) -> None:
    world = World()
    chapter = both_asked(world)
    first(world, chapter, kind)
    assert ("fred", "sue") in world.wishes


ENDS = {
    "no": lambda world, chapter: second(world, chapter, "no"),
    "later": lambda world, chapter: second(world, chapter, "later"),
    "details": lambda world, chapter: second(world, chapter, "their_details"),
    "yes without address": lambda world, chapter: second(world, chapter, "yes", address_wanted=True),
    "silence": lambda world, chapter: None,
    "bounce": lambda world, chapter: world.do(chapter, "dsn", RELAY, side="second"),
    "erased": lambda world, chapter: world.do(chapter, "erase", PROGRAM, who="second"),
    "withdrawn": lambda world, chapter: world.do(chapter, "withdraw", DESK),
}


@pytest.mark.case("A30")
@pytest.mark.parametrize("name", ENDS)
def test_whatever_the_second_side_does_the_first_hears_not_this_time_on_its_date(name: str) -> None:
    def trace(end: str) -> list[object]:
        world = World()
        chapter = both_asked(world, may_pass_on=True)
        ENDS[end](world, chapter)  # type: ignore[no-untyped-call]
        seen: list[object] = []
        for _ in range(200):
            world.wait(60 * DAY / 200)
            presses = []
            for kind in ("no", "withdraw", "undo", "yes", "later", "confirm"):
                try:
                    advance(chapter.snapshot, Event(kind, HOLDER, {"side": "first"}), world.now)
                    presses.append("taken")
                except Refused as refused:
                    presses.append(refused.code)
            seen.append((requester_view(chapter.snapshot.face, world.now), presses))
        return [*seen, *((one.kind, one.due) for one in chapter.letters if one.to == "first")]

    assert trace(name) == trace("silence")


def test_details_of_the_first_side_go_over_only_with_their_own_tick() -> None:
    for ticked in (True, False):
        world = World()
        chapter = both_asked(world, may_pass_on=ticked)
        if ticked:
            second(world, chapter, "their_details")
            assert kinds_to(chapter, "second") == ["ask", "details"]
            continue
        with pytest.raises(Refused) as refused:
            second(world, chapter, "their_details")
        assert refused.value.code == "details_not_allowed"


def test_the_first_sides_late_result_says_nothing_about_the_second_ask() -> None:
    world = World()
    chapter = world.open("offered", "fred", "sue", DESK)
    world.do(chapter, "yes", HOLDER, side="first", draw=7200.0)
    assert chapter.snapshot.asked == ("first",)
    for kind in ("sent", "unknown", "failed", "dsn"):
        advanced = world.do(chapter, kind, RELAY, side="first", letter="ask")
        assert advanced.letters == ()
    assert chapter.state == State.ASKING
    assert chapter.snapshot.asked == ("first",)
    assert chapter.snapshot.answer_until is None


def test_a_parked_second_ask_keeps_the_first_sides_date_and_way_out() -> None:
    world = World()
    chapter = first_agreed(world)
    world.wait(timedelta(minutes=10))
    world.do(chapter, "blocked", RELAY, cause="text", side="second")
    assert chapter.state == State.WAITING
    for act in ("return", "talk", "pass_on"):
        with pytest.raises(Refused) as refused:
            world.do(chapter, act, DESK)
        assert refused.value.code == "no_requester"
    date = chapter.snapshot.hears_by
    world.do(chapter, "approve", DESK)
    assert (chapter.state, chapter.snapshot.hears_by) == (State.ASKING, date)
    world.do(chapter, "blocked", RELAY, cause="text", side="second")
    first(world, chapter, "no")
    assert chapter.state == State.WITHDRAWN


# --- later chapters -----------------------------------------------------------------------------------------


def test_after_the_seconds_later_only_the_second_is_asked_again() -> None:
    world = World()
    chapter = both_asked(world)
    second(world, chapter, "later", still_looking=True)
    world.wait(41 * DAY)
    assert kinds_to(chapter, "first")[-1] == "still_looking"
    first(world, chapter, "confirm")
    world.do(chapter, "confirm", DESK)
    new = world.chapters[1]
    world.do(new, "approve", DESK, draw=7200.0)
    assert (kinds_to(new, "first"), kinds_to(new, "second")) == (["on_its_way"], ["ask"])


def test_after_the_firsts_later_the_connector_alone_confirms_and_the_first_is_asked_again() -> None:
    world = World()
    chapter = offered(world)
    first(world, chapter, "later", until=(world.now + 40 * DAY).isoformat())
    world.wait(40 * DAY)
    world.do(chapter, "confirm", DESK)
    new = world.chapters[1]
    world.do(new, "approve", DESK)
    assert (kinds_to(new, "first"), kinds_to(new, "second")) == (["ask"], [])


def test_after_a_late_yes_of_the_first_the_second_is_asked_and_not_introduced() -> None:
    world = World()
    chapter = offered(world)
    world.wait(11 * DAY)
    first(world, chapter, "yes")
    world.do(chapter, "confirm", DESK)
    new = world.chapters[1]
    assert new.state == State.ASKING
    world.wait(timedelta(minutes=10))
    world.send_all()
    assert (kinds_to(new, "first"), kinds_to(new, "second")) == (["on_its_way"], ["ask"])


def test_a_declined_later_chapter_is_answered_only_where_somebody_waits() -> None:
    for side, letters in (("second", ["declined"]), ("first", [])):
        world = World()
        chapter = world.open("continued", "fred", "sue", DESK, origin="offered", side=side)
        world.do(chapter, "decline", DESK)
        assert kinds_to(chapter, "first") == letters


def test_a_standing_yes_never_stands_for_the_side_that_is_asked_first() -> None:
    world = World()
    chapter = world.open("continued", "fred", "sue", DESK, origin="offered", side="first")
    advanced = world.do(chapter, "approve", DESK, standing=True, draw=7200.0)
    assert chapter.state == State.ASKING
    assert Act.TAKE_PAIR not in advanced.acts
