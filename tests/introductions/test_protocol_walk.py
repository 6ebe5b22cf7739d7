"""A long random walk: most of it is accepted, every state is entered often, and every row is used."""

from __future__ import annotations

import pytest

from tests.introductions.walk import Step, Walker
from tests.introductions.walked import at_each_step, holds, walked
from twoyes.introductions.protocol import State
from twoyes.introductions.protocol.table import TABLE

NEVER_TWICE = {"not_this_time", "declined", "lapsed", "passed_on"}


@at_each_step()
def never(step: Step) -> None:
    """Look at a step for what may never happen; cheap checks only, since there are many steps."""
    before, after = step.before, step.after
    if before.final:
        assert not any(due.kind in NEVER_TWICE for due in after.letters), step
    if after.introduction.state is State.INTRODUCED and before.state is State.AGREED:
        assert before.answer == "yes" or before.standing, step
        assert not before.withdrawn_by, step
        assert not before.barred, step


def check(walker: Walker, events: int) -> None:
    assert walker.accepted >= 0.6 * events
    assert min(walker.entered[state] for state in State) >= events / 1000
    assert min(walker.rows[row.letter] for row in TABLE) >= events / 20_000


@pytest.mark.case("A13")
def test_sixty_thousand_events_enter_every_state_sixty_times() -> None:
    holds(never)
    check(walked().walker, 60_000)


@pytest.mark.slow(25)
@pytest.mark.case("A13")
def test_a_million_events_enter_every_state_a_thousand_times() -> None:
    walker = Walker(2026)
    for step in walker.walk(1_000_000):
        never(step)
    check(walker, 1_000_000)


def test_the_same_seed_walks_the_same_way() -> None:
    one, other = Walker(7), Walker(7)
    assert [step.after for step in one.walk(3_000)] == [step.after for step in other.walk(3_000)]
    assert one.entered == other.entered
