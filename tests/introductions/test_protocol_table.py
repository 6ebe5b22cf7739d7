"""The table itself: who may do what, that nothing illegal passes, and that no row is dead."""

from __future__ import annotations

import ast
from datetime import datetime
from pathlib import Path

import pytest

from tests.introductions.states import MAKE
from tests.introductions.walk import ACTORS, KINDS, Step
from tests.introductions.walked import at_each_step, holds, walked
from tests.introductions.world import World
from twoyes.introductions import protocol
from twoyes.introductions.protocol import PROMISES, Event, Introduction, Role, State, advance
from twoyes.introductions.protocol.table import ROLES, TABLE
from twoyes.lib.errors import Refused

CLOCKED = {kind for kind, roles in ROLES.items() if roles == frozenset({Role.CLOCK})}


OF_STATE: dict[State, set[str]] = {
    State.DRAFT: {"discard"},
    State.UNVERIFIED: {"discard"},
    State.ASKING: {"silence", "not_after"},
    State.AGREED: {"hold_over"},
    State.PASSED: {"close_passed"},
    State.DEFERRED: {"come_back"},
    State.DECLINED: {"come_back"},
    State.INTRODUCED: {"nudge", "word"},
    State.AWAITING_OUTCOME: {"nudge_outcome", "unreport"},
}


def outcome(i: Introduction, event: Event, now: datetime) -> tuple[str, str]:
    """Code and sentence of a refusal; two empty strings where the event is taken."""
    try:
        advance(i, event, now)
    except Refused as refused:
        return refused.code, str(refused)
    return "", ""


@pytest.mark.case("A13")
@pytest.mark.parametrize("state", MAKE)
def test_what_the_table_has_no_row_for_is_refused_and_changes_nothing(state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    listed = {kind for row in TABLE for kind in row.events if state in row.states}
    for kind in KINDS:
        for actor in ACTORS.values():
            allowed = kind in listed and actor.role in ROLES[kind]
            before = chapter.snapshot
            code, sentence = outcome(before, Event(kind, actor), world.now)
            assert allowed or (code and sentence.endswith(".")), (state, kind, actor.role)
            assert chapter.snapshot == before


@pytest.mark.case("A13")
@pytest.mark.parametrize("kind", KINDS)
def test_nobody_opens_a_chapter_with_anything_but_an_opening(kind: str) -> None:
    openings = {one for row in TABLE for one in row.events if None in row.states}
    for actor in ACTORS.values():
        try:
            advance(Introduction(), Event(kind, actor, {"draw": 7200.0}), World().now)
        except Refused:
            continue
        assert kind in openings
        assert actor.role in ROLES[kind]


def test_every_event_has_its_roles_and_every_role_its_row() -> None:
    assert {kind for row in TABLE for kind in row.events} == set(ROLES)


def test_no_deadline_fires_before_its_instant_or_without_one() -> None:
    world = World()
    for state, make in MAKE.items():
        chapter = make(world := World())
        for kind in CLOCKED:
            due = {timer.name: timer.at for timer in chapter.snapshot.timers}.get(kind)
            with pytest.raises(Refused) as refused:
                advance(chapter.snapshot, Event(kind, ACTORS[Role.CLOCK]), world.now)
            assert refused.value.code == "not_due", (state, kind, due)


def test_every_state_is_entered_and_left_by_some_row_but_the_ends() -> None:
    entered = {row.to for row in TABLE if isinstance(row.to, State)}
    assert entered | {State.DRAFT} == set(State)


@at_each_step(30_000)
def every_timer_fires(step: Step) -> None:
    for timer in step.after.introduction.timers:
        at = max(timer.at, step.now)
        advance(step.after.introduction, Event(timer.name, ACTORS[Role.CLOCK]), at)


def test_every_row_is_walked_and_every_timer_that_is_set_has_a_row_where_it_fires() -> None:
    holds(every_timer_fires)
    assert {row.letter for row in TABLE} == set(walked().walker.rows)


@at_each_step()
def deadlines_end(step: Step) -> None:
    before, after = step.before.state, step.after.introduction
    if before is not None and before is not after.state:
        names = {timer.name for timer in after.timers}
        assert names.isdisjoint(OF_STATE.get(before, ())), step


def test_a_deadline_of_a_state_ends_with_that_state() -> None:
    holds(deadlines_end)


@at_each_step(20_000)
def counts_go_up(step: Step) -> None:
    i, after = step.before, step.after.introduction
    assert after.seq == i.seq + 1
    assert i.turn <= after.turn <= after.seq
    assert after.face.turn >= i.face.turn
    assert after.introductions in {i.introductions, i.introductions + 1}
    assert set(i.asked) <= set(after.asked)
    assert after.timers == tuple(sorted(after.timers))
    assert len({timer.name for timer in after.timers}) == len(after.timers)


def test_a_transition_never_forgets_who_asked_whom_or_counts_backwards() -> None:
    holds(counts_go_up)


@at_each_step()
def letters_are_named(step: Step) -> None:
    people = {"requester", "target", "connector", "first", "second", "writer"}
    for due in step.after.letters:
        assert due.kind in PROMISES
        assert due.to in people
        assert due.due >= step.now
        assert due.not_after is None or due.not_after > due.due


def test_letters_name_only_kinds_with_a_promise_and_people_of_the_chapter() -> None:
    holds(letters_are_named)


def test_the_protocol_imports_nothing_but_itself_and_plain_modules() -> None:
    """Pure: no framework, no clock, no chance, no input or output."""
    folder = Path(protocol.__file__).parent
    plain = {"__future__", "collections.abc", "dataclasses", "datetime", "enum", "types", "typing"}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert not node.names, f"{path.name} imports by name"
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                own = module.startswith(("twoyes.introductions.protocol", "twoyes.lib.errors", "twoyes.lib"))
                assert own or module in plain, f"{path.name}: {module}"
            elif isinstance(node, ast.Attribute):
                assert node.attr not in {"now", "utcnow", "today"}, f"{path.name}:{node.lineno}"


def test_the_snapshot_takes_no_name_that_is_no_field() -> None:
    with pytest.raises(TypeError, match="mood"):
        Introduction().changed(mood="sunny")
