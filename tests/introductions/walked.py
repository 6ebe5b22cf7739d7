"""One long walk that many tests look at, each for what it names: to walk anew for each took longer than to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.introductions.walk import Step, Walker

type Look = Callable[[Step], None]

EVENTS, _LEG = 60_000, 10_000
_looks: dict[Look, int] = {}


@dataclass(frozen=True)
class Walked:
    """A walk that is over: who walked, and the first thing that each look objected to."""

    walker: Walker
    objections: dict[Look, Exception]


def at_each_step(events: int = EVENTS) -> Callable[[Look], Look]:
    """Let a function look at each step that is accepted among the first so many events of the walk."""
    assert events % _LEG == 0

    def register(look: Look) -> Look:
        _looks[look] = events
        return look

    return register


def holds(look: Look) -> None:
    """Walk, unless this process has walked, and raise what this look objected to first."""
    objection = walked().objections.get(look)
    if objection is not None:
        raise objection


@cache
def walked() -> Walked:
    """Return the walk of this process."""
    found = Walked(Walker(21), {})
    for begun in range(0, EVENTS, _LEG):
        looks = [look for look, events in _looks.items() if begun < events]
        for step in found.walker.walk(_LEG):
            for look in looks:
                if look not in found.objections:
                    _look(look, step, found)
    return found


def _look(look: Look, step: Step, found: Walked) -> None:
    try:
        look(step)
    except Exception as objection:  # noqa: BLE001 - whatever it is, the test of this look tells it
        found.objections[look] = objection
