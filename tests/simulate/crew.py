"""Workers that take turns: each runs the product's own round, and stands still wherever the dice say so.

A worker is a greenlet. It can be left alone only where no transaction is open, at the fault points and while it
sleeps, which is where the real ones meet. A crash forgets it: its transaction is rolled back, its memory is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from django.db import DatabaseError, OperationalError, connection
from greenlet import greenlet

from tests.simulate import checks
from tests.simulate.relay import Relay
from tests.simulate.world import World
from twoyes.lib import faults
from twoyes.lib.faults import Crash
from twoyes.mail.outgoing.deliver import Manner
from twoyes.mail.outgoing.rounds import one_round


@dataclass(frozen=True, slots=True)
class Dice:
    """How often things go wrong: at a fault point, in a statement, in a commit, in that order."""

    pause: float = 0.3
    stop: float = 0.01
    crash: float = 0.008
    statement: float = 0.00008
    commit: float = 0.002


CALM = Dice(0, 0, 0, 0, 0)


class Worker:
    """One process of the worker, as far as anybody outside can tell."""

    def __init__(self, world: World, number: int, ahead: timedelta) -> None:
        self.world, self.number, self.ahead = world, number, ahead
        self.relay = Relay(world)
        self.dice = Dice()
        self.stopped_until = 0
        self.idle = True
        # Whether a round found nothing since anything happened.
        self.dry = False
        self._greenlet: Any = None

    def go_on(self) -> None:
        """Run until the next place where it stands still; start it where it was not running."""
        if self._greenlet is None or self._greenlet.dead:
            self._greenlet = greenlet(self._live)
            self._greenlet.gr_context = copy_context()
        self._greenlet.switch()
        self.world.stand()

    def abandon(self) -> None:
        """Kill it where it stands."""
        if self._greenlet is not None and not self._greenlet.dead:
            self._greenlet.throw(Crash("killed"))
        self.idle, self.dry, self.stopped_until = True, False, 0

    def trip(self, point: str) -> None:
        """Do in a statement or commit what the dice say; `point` is which of the two."""
        odds = self.dice.statement if point == "statement" else self.dice.commit
        if self.world.random.random() >= odds:
            return
        self.world.counts[f"faults in a {point}"] += 1
        if self.world.random.random() < 0.5:
            self.world.note(f"worker {self.number} dies in a {point}")
            raise Crash(point)
        self.world.note(f"worker {self.number}: the disk fails in a {point}")
        raise OperationalError("database or disk is full")

    def _live(self) -> None:
        self.world.stand()
        try:
            with faults.intercept(self._reached):
                while True:
                    self._round()
        except Crash:
            self.world.counts["crashes"] += 1
            self.relay.sending = None
            self.idle, self.dry = True, False

    def _round(self) -> None:
        self.idle = False
        try:
            report = one_round(self.relay, self._now, manner=Manner(sleep=self._sleep))
            self.dry = not (report.fired or report.letters)
        except DatabaseError:
            self.dry = False
        self.idle = True
        self._stand_still()

    def _now(self) -> datetime:
        return self.world.at + self.ahead

    def _sleep(self, seconds: float) -> None:
        self.world.pass_time(seconds)
        self._stand_still()

    def _reached(self, point: str) -> None:
        world, dice = self.world, self.dice
        world.pass_time(world.random.random() * 0.2)
        if point == "after_ponr" and self.relay.sending is not None:
            checks.passed(world, self.relay.sending)
        throw = world.random.random()
        if throw < dice.crash:
            world.note(f"worker {self.number} dies at {point}")
            world.counts[f"crashes {point}"] += 1
            raise Crash(point)
        if throw < dice.crash + dice.stop:
            # SIGSTOP, or a machine that is moved: long enough for the reaper to come by.
            self.stopped_until = world.step + world.random.randrange(5, 60)
            world.counts["stops"] += 1
        if throw < dice.crash + dice.stop + dice.pause:
            world.note(f"worker {self.number} stands at {point}")
            self._stand_still()

    def _stand_still(self) -> None:
        self._greenlet.parent.switch()
        self.world.stand()


class Crew:
    """All workers of a world; `running` is the one that has the processor."""

    def __init__(self, world: World, aheads: list[timedelta]) -> None:
        self.world = world
        self.workers = [Worker(world, number, ahead) for number, ahead in enumerate(aheads)]
        self.running: Worker | None = None

    def ready(self) -> list[Worker]:
        """Return who could go on now."""
        return [w for w in self.workers if w.stopped_until <= self.world.step and not (w.idle and w.dry)]

    def stopped(self) -> bool:
        """Say whether somebody stands still who will wake up."""
        return any(worker.stopped_until > self.world.step for worker in self.workers)

    def stir(self) -> None:
        """Something happened: somebody who found nothing to do looks again."""
        self.world.random.choice(self.workers).dry = False

    def wake(self) -> None:
        """There is much to do: everybody looks again."""
        for worker in self.workers:
            worker.dry = False

    def run(self, worker: Worker) -> None:
        """Let one worker have the processor until it stands still."""
        self.running = worker
        try:
            worker.go_on()
        finally:
            self.running = None

    def settle_down(self) -> None:
        """Let everybody finish, and do what is due, without any fault."""
        for worker in self.workers:
            worker.dice, worker.stopped_until, worker.dry = CALM, 0, False
        while ready := self.ready():
            self.world.step += 1
            self.run(ready[0])

    def kill(self) -> None:
        """Kill every worker, as a restore does."""
        for worker in self.workers:
            worker.abandon()

    @contextmanager
    def faulty_store(self) -> Iterator[None]:
        """Let statements and commits of workers fail, before or after they took effect (B7, B8, B9)."""
        commit: Callable[[], None] = connection._commit  # type: ignore[attr-defined]

        def statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if self.running is not None:
                self.running.trip("statement")
            return execute(sql, params, many, context)

        def committing() -> None:
            running = self.running
            if running is not None and self.world.random.random() < 0.5:
                try:
                    running.trip("commit")
                except Crash:
                    connection._rollback()  # type: ignore[attr-defined]
                    raise
            commit()
            if running is not None and self.world.random.random() < 0.5:
                # It took effect, and nobody hears of it.
                running.trip("commit")

        with connection.execute_wrapper(statement), mock.patch.object(connection, "_commit", committing):
            yield
