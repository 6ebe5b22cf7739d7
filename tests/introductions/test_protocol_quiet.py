"""quiet-no: what whoever asked can learn before an introduction follows from request, approval and clock alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.introductions.walk import Step
from tests.introductions.walked import at_each_step, holds
from tests.introductions.world import (
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
    open_request,
)
from twoyes.introductions.protocol import (
    Event,
    Introduction,
    Role,
    Side,
    State,
    Terms,
    View,
    advance,
    requester_view,
)
from twoyes.introductions.protocol.table import ANSWERS
from twoyes.lib.errors import Refused

DAYS, INSTANTS = 60, 200
PRESSES = ("withdraw", "revise", "outcome", "confirm")
Script = Callable[[World], Chapter]


def no(world: World) -> Chapter:
    chapter = asked(world)
    world.wait(timedelta(days=1))
    world.do(chapter, "no", HOLDER)
    return chapter


def never(world: World) -> Chapter:
    chapter = asked(world)
    world.wait(timedelta(days=1))
    world.do(chapter, "never", HOLDER, scope="anyone")
    return chapter


def not_me(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "not_me", HOLDER)
    return chapter


def later(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "later", HOLDER, until=(world.now + timedelta(days=30)).isoformat())
    return chapter


def their_details(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "their_details", HOLDER)
    return chapter


def yes_and_undone(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "yes", HOLDER)
    world.do(chapter, "undo", HOLDER)
    return chapter


def noted_no(world: World) -> Chapter:
    chapter = approved(world)
    world.do(chapter, "noted_no", DESK)
    return chapter


def draft_that_never_left(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "yes", HOLDER, address_wanted=True)
    return chapter


def bounced(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "dsn", RELAY)
    return chapter


def refused_by_the_relay(world: World) -> Chapter:
    return asked(world, result="failed")


def unknown(world: World) -> Chapter:
    return asked(world, result="unknown")


def never_sent(world: World) -> Chapter:
    return approved(world)


def blocked(**data: str | None) -> Script:
    def run(world: World) -> Chapter:
        chapter = approved(world)
        slot = data.pop("slot", None)
        facts = {**data, "slot": (world.now + timedelta(days=int(slot))).isoformat()} if slot else data
        world.do(chapter, "blocked", RELAY, **facts)
        return chapter

    return run


def erased(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "erase", PROGRAM, who="target")
    return chapter


def withdrawn_by_connector(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "withdraw", DESK)
    return chapter


def closed(world: World) -> Chapter:
    chapter = asked(world)
    world.do(chapter, "close", PROGRAM, reason="operator")
    return chapter


def late_yes(world: World) -> Chapter:
    chapter = asked(world)
    world.wait(timedelta(days=11))
    world.do(chapter, "yes", HOLDER)
    world.now -= timedelta(days=11)
    return chapter


def silence(world: World) -> Chapter:
    return asked(world)


SECRETS: tuple[Script, ...] = (
    *(no, never, not_me, later, their_details, yes_and_undone, noted_no, draft_that_never_left, bounced),
    *(refused_by_the_relay, unknown, never_sent, erased, withdrawn_by_connector, closed),
    blocked(cause="wish"),
    blocked(cause="pair"),
    blocked(cause="erased"),
    blocked(cause="text"),
    blocked(cause="not_after"),
)


def accepted(i: Introduction, kind: str, now: datetime) -> str:
    """Press a requester's button in a copy of the world; return what they would be told."""
    data = {"outcome": "met"} if kind == "outcome" else {}
    try:
        after = advance(i, Event(kind, REQUESTER, data, seen=i.face.turn), now)
    except Refused as refused:
        return refused.code
    return requester_view(after.introduction.face, now).stage


def trace(script: Script, days: int = DAYS) -> tuple[list[tuple[View, list[str]]], list[tuple[str, datetime]]]:
    """Everything the requester can see or press at 200 instants over 60 days, and the letters they get."""
    world = World()
    chapter = script(world)
    began = chapter.journal[0][1]
    world.wait(began + timedelta(hours=26) - world.now)
    seen = []
    for _ in range(INSTANTS):
        i = chapter.snapshot
        seen.append((requester_view(i.face, world.now), [accepted(i, kind, world.now) for kind in PRESSES]))
        world.wait(timedelta(days=days) / INSTANTS)
    return seen, [(one.kind, one.due) for one in chapter.letters if one.to == "requester"]


@pytest.mark.case("A30", "A22", "A23")
@pytest.mark.parametrize("secret", SECRETS, ids=lambda script: script.__name__)
def test_no_silence_bounce_erasure_and_every_other_end_look_alike_for_sixty_days(secret: Script) -> None:
    assert trace(secret) == trace(silence)


@pytest.mark.case("A30")
def test_a_busy_target_looks_like_silence_too() -> None:
    assert trace(blocked(cause="spacing", slot="3")) == trace(silence)
    assert trace(blocked(cause="spacing", slot="90")) == trace(silence)


def test_the_date_is_kept_to_the_instant_even_while_the_worker_sleeps() -> None:
    world = World()
    chapter = no(world)
    date = chapter.snapshot.hears_by
    assert date is not None
    face = chapter.snapshot.face
    before, at = (requester_view(face, date + shift).stage for shift in (-timedelta(microseconds=1), timedelta()))
    assert (before, at) == ("on_its_way", "not_this_time")


def passed(world: World) -> Chapter:
    chapter = open_request(world)
    world.do(chapter, "pass_on", DESK)
    return chapter


def passed_then(kind: str) -> Script:
    def run(world: World) -> Chapter:
        chapter = passed(world)
        until = (world.now + timedelta(days=9)).isoformat()
        world.do(chapter, kind, HOLDER, until=until, address_wanted=True)
        return chapter

    return run


@pytest.mark.parametrize("kind", ["no", "never", "not_me", "later", "yes"])
def test_after_passed_on_too_nothing_tells_what_the_target_chose(kind: str) -> None:
    assert trace(passed_then(kind)) == trace(passed)


def passed_then_erased(world: World) -> Chapter:
    chapter = passed(world)
    world.do(chapter, "erase", PROGRAM, who="target")
    return chapter


def test_after_passed_on_an_erased_target_looks_like_any_other() -> None:
    assert trace(passed_then_erased) == trace(passed)


def test_only_a_ticked_box_brings_the_word_forward_and_only_after_the_hold() -> None:
    world = World()
    chapter = asked(world)
    world.do(chapter, "no", HOLDER, tell="a_no_now")
    hold_ends = world.now + timedelta(minutes=10)
    face = chapter.snapshot.face
    assert requester_view(face, hold_ends - timedelta(seconds=1)).stage == "on_its_way"
    assert requester_view(face, hold_ends - timedelta(seconds=1)).hears_by == chapter.snapshot.hears_by
    assert requester_view(face, hold_ends).stage == "not_this_time"
    world.wait(timedelta(minutes=10))
    assert kinds_to(chapter, "requester")[-1] == "not_this_time"
    world.wait(timedelta(days=60))
    assert kinds_to(chapter, "requester").count("not_this_time") == 1


def test_within_the_hold_a_told_no_can_still_become_a_yes_with_the_first_date() -> None:
    world = World()
    chapter = asked(world)
    date = chapter.snapshot.hears_by
    world.do(chapter, "no", HOLDER, tell="my_words")
    world.wait(timedelta(minutes=9))
    world.do(chapter, "yes", HOLDER)
    world.wait(timedelta(minutes=11))
    assert (chapter.state, chapter.snapshot.hears_by) == (State.AGREED, date)
    assert "introduction" in kinds_to(chapter, "requester")
    assert "not_this_time" not in kinds_to(chapter, "requester")


@pytest.mark.parametrize("change", ["no", "undo", "not_me"])
def test_a_change_without_the_tick_takes_the_tick_back(change: str) -> None:
    world = World()
    chapter = asked(world)
    date = chapter.snapshot.hears_by
    world.do(chapter, "no", HOLDER, tell="a_no_now")
    world.wait(timedelta(minutes=5))
    world.do(chapter, change, HOLDER)
    world.wait(timedelta(days=5))
    assert chapter.snapshot.told_at is None
    assert requester_view(chapter.snapshot.face, world.now) == View(
        "on_its_way", chapter.snapshot.face.since, date, ("withdraw",), chapter.snapshot.face.turn
    )


@pytest.mark.parametrize("asleep", [False, True])
def test_after_the_told_no_a_yes_is_a_late_yes_even_while_the_worker_sleeps(asleep: bool) -> None:
    world = World()
    chapter = asked(world)
    world.do(chapter, "no", HOLDER, tell="a_no_now")
    (world.fire_late if asleep else world.wait)(timedelta(minutes=10))
    world.do(chapter, "yes", HOLDER, still_looking=True)
    assert chapter.state == State.REFUSED
    assert chapter.snapshot.late_yes
    # Never before the day after the final letter, which came early here.
    assert chapter.letters[-1].due == world.now + timedelta(days=1)


def test_the_page_of_whoever_asked_is_never_stale_because_of_an_answer() -> None:
    world = World()
    chapter = asked(world)
    seen = requester_view(chapter.snapshot.face, world.now).turn
    world.do(chapter, "no", HOLDER)
    event = Event("withdraw", REQUESTER, seen=seen)
    assert advance(chapter.snapshot, event, world.now).introduction.state is State.WITHDRAWN


def of_target(step: Step) -> bool:
    """Whether an event came from the target, or from a relay about them."""
    role, kind = step.event.actor.role, step.event.kind
    if role in {Role.TARGET, Role.LINK_HOLDER} or kind in ANSWERS:
        return step.event.text("side", str(step.before.side)) != Side.FIRST
    return role is Role.RELAY


def of_clock(step: Step) -> bool:
    return step.event.actor.role is Role.CLOCK and step.event.kind not in {"final", "lapse", "discard"}


@at_each_step()
def leaves_the_face_alone(step: Step) -> None:
    before, after = step.before.face, step.after.introduction.face
    if not (of_target(step) or of_clock(step)) or step.before.introduced_at or step.event.kind == "introduced":
        return
    stage = (before.stage, before.since, before.hears_by, before.turn)
    assert stage == (after.stage, after.since, after.hears_by, after.turn), step
    if before.told_at != after.told_at:
        assert step.event.kind in ANSWERS, step
    asker = {"requester", "writer"} | ({"first"} if step.before.side is Side.SECOND else set())
    letters = {due.kind for due in step.after.letters if due.to in asker}
    assert letters <= {"introduction", "still_looking"} | ({"what_happened"} if before.stage == "passed_on" else set())


@pytest.mark.case("A30")
def test_no_answer_no_relay_and_no_hidden_clock_writes_the_face_or_a_letter_to_whoever_asked() -> None:
    """Structural: over a walk through the whole table, whatever the target does leaves the stage alone."""
    holds(leaves_the_face_alone)


pressed: Counter[str] = Counter()


@at_each_step(20_000)
def acts_are_those_shown(step: Step) -> None:
    i = step.after.introduction
    if i.side is not Side.TARGET or i.origin == "recorded":
        return
    view = requester_view(i.face, step.now)
    for kind in PRESSES:
        code = accepted(i, kind, step.now)
        assert (code not in {"ended", "not_now"}) == (kind in view.acts), (i.state, kind, code, view)
        pressed[kind] += 1


def test_acts_of_whoever_asked_are_taken_exactly_when_their_view_shows_them() -> None:
    holds(acts_are_those_shown)
    assert pressed.total() > 20_000


def test_the_view_does_not_take_the_introduction() -> None:
    """Its only arguments are a face and an instant; the face holds nothing but what this file pins down."""
    assert requester_view.__annotations__ == {"face": "Face", "now": "datetime", "return": "View"}
    assert Terms().answer_time == timedelta(days=10)
