"""What a target invites: a date to come back, a late yes; and the linked chapter that two confirmations open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.world import (
    DESK,
    HOLDER,
    PROGRAM,
    RELAY,
    REQUESTER,
    Chapter,
    World,
    asked,
    kinds_to,
)
from twoyes.introductions.protocol import State, requester_view
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def deferred(world: World, days: int = 40, **data: bool) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "later", HOLDER, until=(world.now + days * DAY).isoformat(), **data)
    return chapter


def said_late(world: World, after: int = 12, **data: bool) -> Chapter:
    chapter = asked(world)
    world.wait(after * DAY)
    world.do(chapter, "yes", HOLDER, **data)
    return chapter


def confirms(world: World, chapter: Chapter) -> bool:
    return "confirm" in requester_view(chapter.snapshot.face, world.now).acts


@pytest.mark.case("A24")
def test_on_the_date_the_connector_is_told_and_the_requester_only_where_the_target_permits_it() -> None:
    for permitted in (True, False):
        world = World()
        chapter = deferred(world, still_looking=permitted)
        world.wait(40 * DAY)
        assert kinds_to(chapter, "connector")[-1] == "digest"
        assert ("still_looking" in kinds_to(chapter, "requester")) is permitted
        assert confirms(world, chapter) is permitted


def test_a_date_before_the_final_letter_waits_for_the_day_after_it() -> None:
    world = World()
    chapter = deferred(world, days=2, still_looking=True)
    assert chapter.snapshot.hears_by is not None
    assert chapter.snapshot.come_back == chapter.snapshot.hears_by + DAY


def test_a_late_yes_before_the_final_letter_is_not_shown_before_the_day_after_it() -> None:
    world = World()
    chapter = said_late(world, still_looking=True)
    date = chapter.snapshot.hears_by
    assert date is not None
    (letter,) = [one for one in chapter.letters if one.kind == "still_looking"]
    assert (letter.to, letter.due) == ("requester", date + DAY)
    for at, shown in ((date, False), (date + DAY - timedelta(seconds=1), False), (date + DAY, True)):
        assert ("confirm" in requester_view(chapter.snapshot.face, at).acts) is shown


def test_a_late_yes_after_the_final_letter_is_asked_about_at_once_and_only_once() -> None:
    world = World()
    chapter = said_late(world, after=40, still_looking=True)
    world.do(chapter, "yes", HOLDER, still_looking=True)
    letters = [one for one in chapter.letters if one.kind == "still_looking"]
    assert [one.due for one in letters] == [world.now]
    assert confirms(world, chapter)


def test_without_the_targets_permission_the_requester_never_hears_of_a_late_yes() -> None:
    world = World()
    chapter = said_late(world, after=40)
    world.wait(100 * DAY)
    assert kinds_to(chapter, "requester")[-1] == "not_this_time"
    with pytest.raises(Refused) as refused:
        world.do(chapter, "confirm", REQUESTER)
    assert refused.value.code == "ended"


def test_a_permission_that_comes_with_a_second_press_counts() -> None:
    world = World()
    chapter = said_late(world, after=40)
    world.do(chapter, "yes", HOLDER, still_looking=True)
    assert confirms(world, chapter)


# --- two confirmations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(DESK, REQUESTER), (REQUESTER, DESK)])
def test_after_a_late_yes_both_confirm_and_the_new_chapter_is_agreed_with_a_hold_and_a_new_date(order) -> None:  # type: ignore[no-untyped-def]
    world = World()
    old = said_late(world, after=40, still_looking=True)
    world.do(old, "confirm", order[0])
    assert len(world.chapters) == 1
    world.do(old, "confirm", order[1])
    _, new = world.chapters
    assert new.state == State.AGREED
    assert world.pairs[frozenset(("rita", "tom"))] is new
    assert new.snapshot.hears_by == world.now + 24 * DAY + timedelta(hours=2)
    assert kinds_to(new, "requester") == ["on_its_way"]
    assert kinds_to(new, "target") == []
    world.wait(timedelta(minutes=10))
    assert kinds_to(new, "target") == ["introduction"]


def test_after_later_both_confirm_and_the_new_chapter_waits_for_a_fresh_approval() -> None:
    world = World()
    old = deferred(world, still_looking=True)
    world.wait(40 * DAY)
    world.do(old, "confirm", REQUESTER)
    world.do(old, "confirm", DESK)
    _, new = world.chapters
    assert new.state == State.WAITING
    world.do(new, "approve", DESK, draw=7200.0)
    assert new.snapshot.hears_by == world.now + 24 * DAY + timedelta(hours=2)
    (ask,) = [one for one in new.letters if one.kind == "ask"]
    world.send(new, ask)
    assert [(one.invited, one.at) for one in world.handovers][-1] == (True, world.now)


def test_nobody_confirms_twice_and_nobody_confirms_nothing() -> None:
    world = World()
    chapter = asked(world)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "confirm", DESK)
    assert refused.value.code == "not_now"
    chapter = said_late(World(), after=40, still_looking=True)
    world.do(chapter, "confirm", DESK)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "confirm", DESK)
    assert refused.value.code == "confirmed_already"
    quiet = asked(world, "rolf", "tina")
    world.do(quiet, "no", HOLDER)
    with pytest.raises(Refused) as refused:
        world.do(quiet, "confirm", DESK)
    assert refused.value.code == "nothing_to_confirm"


def test_one_invitation_opens_one_chapter() -> None:
    world = World()
    old = said_late(world, after=40, still_looking=True)
    for actor in (DESK, REQUESTER):
        world.do(old, "confirm", actor)
    for kind, actor in (("confirm", DESK), ("yes", HOLDER), ("no", HOLDER)):
        with pytest.raises(Refused):
            world.do(old, kind, actor)
    assert len(world.chapters) == 2


# --- taken back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("take_back", ["no", "never", "not_me"])
def test_what_is_taken_back_before_the_letter_left_is_never_heard_of(take_back: str) -> None:
    world = World()
    chapter = said_late(world, still_looking=True)
    world.do(chapter, take_back, HOLDER)
    world.wait(90 * DAY)
    assert "still_looking" not in kinds_to(chapter, "requester")
    assert not confirms(world, chapter)


@pytest.mark.parametrize("take_back", ["no", "never", "not_me"])
def test_what_is_taken_back_later_keeps_the_requesters_button_and_leads_nowhere(take_back: str) -> None:
    world = World()
    chapter = said_late(world, after=40, still_looking=True)
    world.do(chapter, "confirm", DESK)
    world.do(chapter, take_back, HOLDER)
    assert confirms(world, chapter)
    world.do(chapter, "confirm", REQUESTER)
    assert len(world.chapters) == 1
    assert not confirms(world, chapter)


@pytest.mark.parametrize(
    ("kind", "actor", "data"),
    [("erase", PROGRAM, {"who": "target"}), ("close", PROGRAM, {"reason": "operator"})],
)
def test_an_end_by_others_keeps_the_requesters_button_too(kind: str, actor: object, data: dict[str, str]) -> None:
    world = World()
    chapter = said_late(world, after=40, still_looking=True)
    world.do(chapter, kind, actor, **data)  # type: ignore[arg-type]
    world.do(chapter, "confirm", REQUESTER)
    with pytest.raises(Refused):
        world.do(chapter, "confirm", DESK)
    assert len(world.chapters) == 1


def test_a_yes_that_is_repeated_after_a_no_needs_the_connector_again_but_not_the_requester() -> None:
    world = World()
    chapter = said_late(world, after=40, still_looking=True)
    world.send_all()
    world.do(chapter, "confirm", REQUESTER)
    world.do(chapter, "no", HOLDER)
    world.do(chapter, "yes", HOLDER, still_looking=True)
    assert kinds_to(chapter, "requester").count("still_looking") == 1
    world.do(chapter, "confirm", DESK)
    assert len(world.chapters) == 2


@pytest.mark.parametrize("change", ["yes", "no", "their_details", "undo", "not_me"])
def test_a_changed_answer_takes_the_date_back(change: str) -> None:
    world = World()
    chapter = deferred(world, still_looking=True)
    world.wait(timedelta(minutes=5))
    world.do(chapter, change, HOLDER, address_wanted=True)
    world.wait(60 * DAY)
    assert chapter.snapshot.come_back is None
    assert "still_looking" not in kinds_to(chapter, "requester")


def test_a_second_date_replaces_the_first() -> None:
    world = World()
    chapter = deferred(world, days=40, still_looking=True)
    world.do(chapter, "later", HOLDER, until=(world.now + 60 * DAY).isoformat())
    world.wait(59 * DAY)
    assert not chapter.snapshot.reachable_again
    world.wait(DAY)
    assert chapter.snapshot.reachable_again
    assert not confirms(world, chapter)


def test_whoever_withdrew_is_not_asked_whether_they_are_still_looking() -> None:
    world = World()
    chapter = said_late(world, still_looking=True)
    world.send_all()
    world.do(chapter, "withdraw", REQUESTER)
    world.wait(90 * DAY)
    assert kinds_to(chapter, "requester") == ["verify", "received", "on_its_way"]
    assert not confirms(world, chapter)


def test_still_looking_is_a_nudge_and_skipped_when_the_worker_slept_a_week() -> None:
    world = World()
    chapter = deferred(world, still_looking=True)
    world.fire_late(48 * DAY)
    world.wait(timedelta())
    assert "still_looking" not in kinds_to(chapter, "requester")
    assert confirms(world, chapter)


def test_in_the_new_chapter_the_late_yes_may_still_be_taken_back() -> None:
    world = World()
    old = said_late(world, after=40, still_looking=True)
    for actor in (DESK, REQUESTER):
        world.do(old, "confirm", actor)
    new = world.chapters[1]
    world.do(new, "undo", HOLDER)
    assert new.state == State.REFUSED
    world.wait(60 * DAY)
    assert kinds_to(new, "requester") == ["on_its_way", "not_this_time"]
    assert kinds_to(new, "target") == []


def test_a_bounce_of_the_old_ask_does_not_touch_the_new_chapter() -> None:
    world = World()
    old = said_late(world, after=40, still_looking=True)
    for actor in (DESK, REQUESTER):
        world.do(old, "confirm", actor)
    world.do(old, "dsn", RELAY)
    assert world.chapters[1].state == State.AGREED


@pytest.mark.parametrize(("days", "allowed"), [(9, True), (10, False)])
def test_in_the_new_chapter_the_answer_may_become_any_other_for_the_asks_length(days: int, allowed: bool) -> None:
    world = World()
    old = said_late(world, after=40, still_looking=True)
    for actor in (DESK, REQUESTER):
        world.do(old, "confirm", actor)
    new = world.chapters[1]
    world.do(new, "no", HOLDER)
    world.wait(days * DAY)
    world.do(new, "yes", HOLDER)
    assert (new.state == State.AGREED) is allowed
    assert new.snapshot.late_yes is not allowed
