"""One simulated world from beginning to end, and what came of it."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from tests.simulate import checks, happenings
from tests.simulate.crew import Crew
from tests.simulate.happenings import Town
from tests.simulate.people import ASKS_A_DAY, Stage
from tests.simulate.relay import in_world_time
from tests.simulate.restoring import Backup
from tests.simulate.without import MISSING
from tests.simulate.world import AHEAD, Broken, World
from twoyes.introductions.mailing import GUARDED
from twoyes.introductions.models import Letter, LetterState
from twoyes.lib import chance, limits
from twoyes.lib.models import Installation

SIZE = 250
"""Introductions in one world: small enough to forget, large enough to meet."""

_AT_ONCE = 15
_HAPPENS = 0.1
_RESTORED = 0.3
_MONTHS = 0.1
_MONTH = limits.SPACING.total_seconds() + 86_400
_LONGEST = 400_000
_PATIENCE = 60
_MOVING = (LetterState.CLAIMED, LetterState.XMIT, LetterState.QUEUED)


@dataclass
class Report:
    """What one world came to. `broken` is empty, or says which invariant, where, and the steps before."""

    world: int
    asks: int
    asked_twice: int = 0
    trace: str = ""
    steps: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def run(stage: Stage, seed: str, number: int, asks: int, *, without: str = "") -> Report:
    """Play one world; the same seed, number and asks give the same world, step by step.

    `without` names a part of the product that is taken out; without the point of no return only second asks count.
    """
    place = f"{seed}/{number}"
    world = World(place, stage.cast(), counting_only=without == "ponr")
    report = Report(number, asks)
    with ExitStack() as stack:
        stack.enter_context(chance.seeded(place))
        stack.enter_context(in_world_time(world))
        stack.enter_context(MISSING[without]())
        world.stand()
        stage.reset()
        try:
            _Play(world, stage).play(asks)
        except Broken as broken:
            report.broken = [f"seed {seed}, world {number}, step {world.step}: {broken}", *world.recent]
    report.asked_twice, report.trace, report.steps = world.asked_twice, world.trace, world.step
    report.counts = world.counts
    return report


class _Play:
    def __init__(self, world: World, stage: Stage) -> None:
        self.world, self.stage = world, stage
        fresh = list(world.people)
        world.random.shuffle(fresh)
        self.town = Town(world, stage, fresh)
        self.crew = Crew(world, [timedelta(), timedelta(), AHEAD])
        self.backup = Backup(world)

    def play(self, asks: int) -> None:
        """Open so many introductions, let the workers and the people do what the dice say, and settle the dust."""
        try:
            with self.crew.faulty_store():
                self._busy(asks)
                if self.world.random.random() < _MONTHS:
                    self._a_month_later()
                self.world.counts["asks"] += len(self.world.asks)
            self.backup.put_back(self.crew)
            self._calm_down()
        finally:
            self.crew.kill()

    def _busy(self, asks: int) -> None:
        world = self.world
        backup_at = world.random.randrange(asks) if asks and world.random.random() < _RESTORED else _LONGEST
        while len(world.asks) < asks or self.crew.ready() or self.crew.stopped():
            world.step += 1
            world.require(world.step < _LONGEST, "liveness", "the workers never come to an end")
            world.pass_time(world.random.random() * 2)
            ready = self.crew.ready()
            if world.random.random() < _HAPPENS:
                self.town.happen()
                self.crew.stir()
            elif ready:
                self.crew.run(world.random.choice(ready))
            elif self.town.hindered:
                # Nothing can leave, and whoever stopped it notices.
                happenings.operator(self.town)
                self.crew.stir()
            elif len(world.asks) < asks and not self.crew.stopped():
                self.town.open(min(_AT_ONCE, asks - len(world.asks)))
                self.crew.wake()
            if len(world.asks) > backup_at:
                self.backup.take()
                backup_at = _LONGEST

    def _a_month_later(self) -> None:
        """Every deadline passes, and by spacing alone everybody could be asked again."""
        self.world.pass_time(_MONTH)
        self.world.counts["months"] += 1
        for _ in range(_AT_ONCE):
            self.town.let(happenings.ask_again)
        self.crew.wake()
        self._busy(0)

    def _calm_down(self) -> None:
        """Without faults everything comes to rest; then every row is held against every invariant."""
        world = self.world
        Installation.objects.update(sending_enabled=True, daily_cap=ASKS_A_DAY)
        moving = Letter.objects.filter(state__in=_MOVING, kind__in=GUARDED)
        for _ in range(_PATIENCE):
            world.pass_time(1000)
            self.crew.settle_down()
            if not moving.exists():
                break
        if not world.counting_only:
            checks.nothing_under_way(world)
            checks.whole_store(world)
