"""After the introduction: who wrote, what became of it, and a second introduction within a year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.states import MAKE, introduced
from tests.introductions.world import DESK, HOLDER, PROGRAM, RELAY, REQUESTER, Chapter, World, kinds_to
from twoyes.introductions.protocol import State, requester_view
from twoyes.introductions.protocol.guards import OUTCOMES
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def by_day(world: World, chapter: Chapter, days: int) -> list[tuple[int, str, str]]:
    """The letters that are owed on each day from now on."""
    seen, owed = [], len(chapter.letters)
    for day in range(1, days + 1):
        world.wait(DAY)
        seen += [(day, one.kind, one.to) for one in chapter.letters[owed:]]
        owed = len(chapter.letters)
    return seen


def met(world: World) -> Chapter:
    chapter = MAKE[State.AWAITING_OUTCOME](world)
    world.do(chapter, "outcome", REQUESTER, outcome="met")
    return chapter


@pytest.mark.case("A27")
def test_who_never_writes_and_never_tells_is_nudged_once_for_each_question_and_then_left_alone() -> None:
    world = World()
    chapter = introduced(world)
    assert by_day(world, chapter, 400) == [
        (1, "reply_now", "writer"),
        (7, "digest", "connector"),
        (14, "what_happened", "writer"),
        (28, "what_happened", "writer"),
    ]
    assert chapter.state == State.UNREPORTED
    assert requester_view(chapter.snapshot.face, world.now).acts == ("outcome",)


@pytest.mark.parametrize("kind", ["requester_wrote", "target_wrote", "says_wrote"])
def test_a_first_line_connects_and_keeps_the_question_on_its_day(kind: str) -> None:
    world = World()
    chapter = introduced(world)
    world.wait(timedelta(hours=3))
    world.do(chapter, kind, REQUESTER if kind == "says_wrote" else RELAY)
    assert chapter.state == State.CONNECTED
    since = chapter.snapshot.face.since
    world.wait(DAY)
    world.do(chapter, "target_wrote", RELAY)
    assert (chapter.state, chapter.snapshot.face.since) == (State.CONNECTED, since)
    assert chapter.snapshot.introduced_at is not None
    assert chapter.snapshot.next_timer is not None
    assert chapter.snapshot.next_timer.at == chapter.snapshot.introduced_at + 14 * DAY
    assert by_day(world, chapter, 13) == [(13, "what_happened", "writer")]


def test_a_line_that_is_seen_later_changes_nothing_any_more() -> None:
    world = World()
    chapter = MAKE[State.AWAITING_OUTCOME](world)
    world.do(chapter, "target_wrote", RELAY)
    assert chapter.state == State.AWAITING_OUTCOME


@pytest.mark.parametrize("state", [State.INTRODUCED, State.CONNECTED, State.AWAITING_OUTCOME, State.CLOSED])
def test_a_bounced_introduction_is_told_to_the_connector(state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    world.do(chapter, "bounced", RELAY)
    assert chapter.state == state
    assert kinds_to(chapter, "connector")[-1] == "trouble"


@pytest.mark.parametrize("side", ["requester", "target"])
def test_the_connector_sends_an_introduction_again_to_one_side(side: str) -> None:
    world = World()
    chapter = introduced(world)
    world.do(chapter, "send_again", DESK, side=side)
    assert [one.to for one in chapter.letters if one.kind == "introduction"][2:] == [side]
    for wrong in ("first", "connector", None):
        with pytest.raises(Refused) as refused:
            world.do(chapter, "send_again", DESK, side=wrong)
        assert refused.value.code == "side"


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_every_outcome_closes_and_is_good_news_and_who_met_is_asked_again(outcome: str) -> None:
    world = World()
    chapter = MAKE[State.AWAITING_OUTCOME](world)
    world.do(chapter, "outcome", REQUESTER, outcome=outcome)
    assert chapter.state == State.CLOSED
    assert kinds_to(chapter, "connector")[-1] == "good_news"
    asked_on = [day + 14 for day, _, _ in by_day(world, chapter, 200)]
    assert asked_on == ([60, 180] if outcome in {"met", "scheduled"} else [])


def test_a_later_report_takes_the_questions_back_or_repeats_only_those_to_come() -> None:
    world = World()
    chapter = met(world)
    world.wait(60 * DAY)
    world.do(chapter, "outcome", REQUESTER, outcome="scheduled")
    assert [timer.name for timer in chapter.snapshot.timers] == ["ask_again_180"]
    world.do(chapter, "outcome", REQUESTER, outcome="not_a_fit")
    assert chapter.snapshot.timers == ()


@pytest.mark.parametrize("outcome", ["", "great", None])
def test_an_outcome_is_one_of_those_on_the_page(outcome: str | None) -> None:
    world = World()
    chapter = MAKE[State.AWAITING_OUTCOME](world)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "outcome", REQUESTER, outcome=outcome)
    assert refused.value.code == "outcome"


def test_what_came_late_is_taken_too() -> None:
    world = World()
    chapter = MAKE[State.UNREPORTED](world)
    world.do(chapter, "outcome", REQUESTER, outcome="hired")
    assert chapter.state == State.CLOSED


@pytest.mark.parametrize("late", [False, True])
def test_a_nudge_that_a_sleeping_worker_finds_a_week_late_is_skipped_and_the_state_moves_on(late: bool) -> None:
    world = World()
    chapter = introduced(world)
    world.wait(8 * DAY + (timedelta(seconds=1) if late else timedelta()))
    assert ("reply_now" in [one.kind for one in chapter.letters]) is not late
    world.wait(60 * DAY)
    world.wait(28 * DAY)
    assert chapter.state == State.UNREPORTED


def test_the_target_may_say_how_it_went_and_nobody_else_hears() -> None:
    world = World()
    chapter = introduced(world)
    letters = kinds_to(chapter, "requester")
    world.do(chapter, "how_it_went", HOLDER)
    assert kinds_to(chapter, "connector")[-1] == "digest"
    assert kinds_to(chapter, "requester") == letters


def test_what_was_recorded_starts_introduced_without_letters_and_is_only_followed_up() -> None:
    world = World()
    on = (world.now - 10 * DAY).isoformat()
    chapter = world.open("recorded", "rita", "tom", DESK, on=on)
    assert (chapter.state, chapter.letters) == (State.INTRODUCED, [])
    assert by_day(world, chapter, 10) == [(4, "what_happened", "writer")]
    long_ago = world.open("recorded", "rita", "tina", DESK, on=(world.now - 90 * DAY).isoformat())
    world.wait(timedelta())
    assert long_ago.state == State.AWAITING_OUTCOME


# --- a second introduction ----------------------------------------------------------------------------------


def again(world: World, chapter: Chapter, **data: bool) -> None:
    world.do(chapter, "introduce_again", DESK, **{"new_wish": True, **data})


def test_a_second_introduction_needs_no_ask_but_has_a_hold_and_follows_up_anew() -> None:
    world = World()
    chapter = met(world)
    world.wait(30 * DAY)
    again(world, chapter)
    assert chapter.state == State.AGREED
    assert kinds_to(chapter, "target").count("ask") == 1
    world.wait(timedelta(minutes=10))
    world.do(chapter, "introduced", RELAY)
    assert chapter.snapshot.introductions == 2
    assert by_day(world, chapter, 14)[0] == (1, "reply_now", "writer")


@pytest.mark.parametrize(
    ("days", "data", "code"),
    [
        (30, {"new_wish": False}, "no_new_wish"),
        (30, {"target_said_no": True}, "no_new_wish"),
        (366, {}, "not_again"),
    ],
)
def test_a_second_introduction_needs_a_new_wish_nothing_against_it_and_the_same_year(
    days: int, data: dict[str, bool], code: str
) -> None:
    world = World()
    chapter = met(world)
    world.wait(days * DAY)
    with pytest.raises(Refused) as refused:
        again(world, chapter, **data)
    assert refused.value.code == code


def introduced_twice(world: World) -> Chapter:
    chapter = met(world)
    again(world, chapter)
    world.wait(timedelta(minutes=10))
    world.do(chapter, "introduced", RELAY)
    world.wait(14 * DAY)
    world.do(chapter, "outcome", REQUESTER, outcome="met")
    return chapter


def closed_by_hand(world: World) -> Chapter:
    chapter = met(world)
    world.do(chapter, "close", PROGRAM, reason="operator")
    return chapter


def only_recorded(world: World) -> Chapter:
    chapter = world.open("recorded", "rita", "tina", DESK)
    world.wait(14 * DAY)
    world.wait(28 * DAY)
    return chapter


@pytest.mark.parametrize("make", [introduced_twice, closed_by_hand, only_recorded])
def test_there_is_no_third_introduction_none_after_a_close_and_none_of_what_was_only_recorded(make) -> None:  # type: ignore[no-untyped-def]
    world = World()
    with pytest.raises(Refused) as refused:
        again(world, make(world))
    assert refused.value.code == "not_again"


@pytest.mark.parametrize(
    ("kind", "actor", "state"),
    [
        ("no", HOLDER, State.REFUSED),
        ("withdraw", REQUESTER, State.WITHDRAWN),
        ("withdraw", DESK, State.WITHDRAWN),
        ("erase", PROGRAM, State.ERASED),
        ("close", PROGRAM, State.CLOSED),
    ],
)
def test_a_second_introduction_that_fails_leaves_the_first_ones_story_open(
    kind: str, actor: object, state: State
) -> None:
    world = World()
    chapter = met(world)
    again(world, chapter)
    world.do(chapter, kind, actor, who="target")  # type: ignore[arg-type]
    assert chapter.state == state
    for later in ("yes", "later", "their_details"):
        with pytest.raises(Refused):
            world.do(chapter, later, HOLDER, until=(world.now + 9 * DAY).isoformat())
    world.do(chapter, "target_wrote", RELAY)
    if kind != "withdraw" or actor is DESK:
        world.do(chapter, "outcome", REQUESTER, outcome="hired")
        assert chapter.snapshot.outcome == "hired"
    assert chapter.state == state
    world.wait(400 * DAY)
    assert "not_this_time" not in kinds_to(chapter, "requester")


def test_a_second_introduction_that_nobody_sends_lapses_after_a_week() -> None:
    world = World()
    chapter = met(world)
    again(world, chapter)
    world.wait(7 * DAY)
    assert chapter.state == State.LAPSED
