"""A backup from the middle of a world is put back at its end: nothing may leave by itself that left already (F1)."""

from __future__ import annotations

import sqlite3

from tests.simulate import people
from tests.simulate.crew import Crew
from tests.simulate.world import World
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Letter
from twoyes.lib import store


def begin_generation() -> int:
    """What a restore ends with that is more than a file copied over another."""
    return store.bump_generation()


# How often whoever restores says so; else the store has to find out by itself that it is a copy.
_TOLD = 0.5


class Backup:
    """Taken once, at some instant while introductions are still being opened."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.copy: sqlite3.Connection | None = None

    def take(self) -> None:
        """Copy the store as it stands."""
        self.copy = people.image()
        self.world.note("backup")

    def put_back(self, crew: Crew) -> None:
        """Restore it as an operator does, workers stopped; see that all is held; release what no one has seen."""
        if self.copy is None:
            return
        world = self.world
        world.note("restore")
        world.counts["restores"] += 1
        crew.kill()
        people.restore(self.copy)
        if world.random.random() < _TOLD:
            begin_generation()
        # Later than any worker's clock was: that it is late by now makes it no less of a copy.
        world.pass_time(3600)
        world.restored = world.held = True
        crew.settle_down()
        held = introductions.held()
        world.counts["letters held"] += len(held)
        world.held = False
        introductions.release([letter for letter in held if self._unseen(letter)], world.at)

    def _unseen(self, letter_id: str) -> bool:
        """What a person at the list can tell: this is an ask, and whoever it goes to was not asked by anybody."""
        letter = Letter.objects.get(pk=letter_id)
        ask = self.world.asks.get(letter.introduction_id or "")
        if ask is None or letter.kind != "ask" or ask.over:
            return False
        return not self.world.was_asked(ask.asked(letter.side))
