"""From the last yes to the introduction: ten minutes to think again, a release, or the connector's own hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.states import MAKE
from tests.introductions.world import DESK, HOLDER, RELAY, REQUESTER, Chapter, World, asked, kinds_to
from twoyes.introductions.protocol import Act, State
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def agreed(world: World, *, as_draft: bool = False) -> Chapter:
    chapter = asked(world, as_draft=as_draft)
    world.do(chapter, "yes", HOLDER)
    return chapter


def test_the_introduction_is_owed_to_both_ten_minutes_after_the_yes_and_not_before() -> None:
    world = World()
    chapter = agreed(world)
    world.wait(10 * MINUTE - timedelta(seconds=1))
    assert "introduction" not in kinds_to(chapter, "requester", "target")
    world.wait(timedelta(seconds=1))
    due = [one for one in chapter.letters if one.kind == "introduction"]
    assert [(one.to, one.due) for one in due] == [("requester", world.now), ("target", world.now)]


@pytest.mark.case("A13")
def test_no_introduction_leaves_before_the_hold_is_over() -> None:
    world = World()
    chapter = agreed(world)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "introduced", RELAY)
    assert refused.value.code == "not_released"
    with pytest.raises(Refused) as refused:
        world.do(chapter, "by_hand", DESK)
    assert refused.value.code == "hold"
    assert chapter.state == State.AGREED


def test_a_yes_changed_and_given_again_has_a_whole_hold_of_its_own() -> None:
    world = World()
    chapter = agreed(world)
    world.wait(10 * MINUTE)
    world.do(chapter, "no", HOLDER)
    world.do(chapter, "yes", HOLDER)
    assert not chapter.snapshot.released
    world.wait(9 * MINUTE)
    with pytest.raises(Refused):
        world.do(chapter, "introduced", RELAY)
    world.wait(MINUTE)
    world.do(chapter, "introduced", RELAY)
    assert chapter.state == State.INTRODUCED


def test_by_hand_the_connector_says_that_it_is_out_and_nothing_else_leaves() -> None:
    world = World()
    chapter = agreed(world)
    world.wait(10 * MINUTE)
    acts = world.do(chapter, "by_hand", DESK).acts
    assert Act.TAKE_PAIR in acts
    assert chapter.state == State.INTRODUCED
    assert "introduction" not in kinds_to(chapter, "requester", "target")


def test_after_the_promised_date_no_introduction_contradicts_what_was_told() -> None:
    world = World()
    chapter = MAKE[State.AGREED](world)
    chapter.snapshot = chapter.snapshot.changed(timers=(), released=True)
    assert chapter.snapshot.hears_by is not None
    world.now = chapter.snapshot.hears_by
    for kind, actor in (("introduced", RELAY), ("by_hand", DESK)):
        with pytest.raises(Refused) as refused:
            world.do(chapter, kind, actor)
        assert refused.value.code == "ended"


@pytest.mark.parametrize("as_draft", [True, False])
def test_what_waits_for_the_connector_reminds_once_and_lapses_after_a_week(as_draft: bool) -> None:
    world = World()
    chapter = asked(world, as_draft=as_draft)
    world.do(chapter, "yes", HOLDER, address_wanted=not as_draft)
    told = kinds_to(chapter, "connector").count("digest")
    world.wait(2 * DAY)
    assert kinds_to(chapter, "connector").count("digest") == told + 1
    world.wait(5 * DAY)
    assert chapter.state == State.LAPSED
    with pytest.raises(Refused):
        world.do(chapter, "yes", HOLDER)
    world.wait(40 * DAY)
    assert kinds_to(chapter, "requester")[-1] == "not_this_time"


def test_a_draft_is_made_after_the_hold_like_any_introduction() -> None:
    world = World()
    chapter = agreed(world, as_draft=True)
    assert "introduction" not in kinds_to(chapter, "requester")
    world.wait(10 * MINUTE)
    assert kinds_to(chapter, "requester")[-1] == "introduction"


def test_an_introduction_never_waits_past_the_promised_date() -> None:
    world = World()
    chapter = asked(world)
    world.wait(9 * DAY)
    world.do(chapter, "their_details", HOLDER)
    assert chapter.snapshot.hears_by is not None
    world.wait(chapter.snapshot.hears_by - 2 * DAY - world.now)
    world.do(chapter, "yes", HOLDER, address_wanted=True)
    world.wait(2 * DAY)
    assert chapter.state == State.LAPSED
    assert kinds_to(chapter, "requester").count("not_this_time") == 1


@pytest.mark.parametrize("cause", ["wish", "erased", "pair"])
def test_what_forbids_the_introduction_ends_it(cause: str) -> None:
    world = World()
    chapter = agreed(world)
    world.wait(10 * MINUTE)
    world.do(chapter, "blocked", RELAY, cause=cause, side="target")
    assert chapter.state == State.REFUSED
    assert "introduction" not in kinds_to(chapter, "requester", "target")
    with pytest.raises(Refused):
        world.do(chapter, "yes", HOLDER)


@pytest.mark.parametrize("cause", ["text", "approval", "authority"])
def test_a_text_that_may_not_leave_is_the_connectors_to_mend(cause: str) -> None:
    world = World()
    chapter = agreed(world)
    world.wait(10 * MINUTE)
    world.do(chapter, "blocked", RELAY, cause=cause, side="target")
    assert chapter.state == State.AGREED
    assert kinds_to(chapter, "connector")[-1] == "trouble"


@pytest.mark.case("A9", "A10", "A11")
@pytest.mark.parametrize("actor", [REQUESTER, DESK])
@pytest.mark.parametrize("minutes", [0, 11])
def test_a_withdrawal_before_the_point_of_no_return_stops_it_without_a_letter_to_the_target(
    actor: object, minutes: int
) -> None:
    world = World()
    chapter = agreed(world)
    world.wait(minutes * MINUTE)
    world.do(chapter, "withdraw", actor)  # type: ignore[arg-type]
    assert chapter.state == State.WITHDRAWN
    assert kinds_to(chapter, "target") == ["ask"]
    world.send_all()
    assert chapter.state == State.WITHDRAWN


@pytest.mark.case("A9")
def test_the_connector_may_withdraw_while_the_target_thinks() -> None:
    world = World()
    chapter = asked(world)
    world.do(chapter, "withdraw", DESK)
    world.wait(60 * DAY)
    assert kinds_to(chapter, "target") == ["ask"]
    assert kinds_to(chapter, "requester")[-1] == "not_this_time"
