"""Protocol events a second: `advance` alone, with the journal's fold, and a snapshot's way through JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from tests.introductions.walk import Step, Walker
from twoyes.introductions.protocol import advance
from twoyes.introductions.protocol.record import from_json, to_json

EVENTS = 60_000
ROUNDS = 3


def run() -> list[tuple[str, float, str]]:
    """Figures of this machine: the best of three rounds over one and the same walk."""
    steps = list(Walker(1).walk(EVENTS))
    return [
        ("protocol: events accepted", _rate(len(steps), lambda: _advance(steps)), "events/s"),
        ("protocol: walk with proposals and refusals", _rate(EVENTS, _walk), "events/s"),
        ("protocol: snapshots through JSON and back", _rate(len(steps), lambda: _record(steps)), "snapshots/s"),
    ]


def _rate(count: int, work: Callable[[], None]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return count / best


def _advance(steps: list[Step]) -> None:
    for step in steps:
        advance(step.before, step.event, step.now)


def _walk() -> None:
    for _ in Walker(1).walk(EVENTS):
        pass


def _record(steps: list[Step]) -> None:
    for step in steps:
        from_json(json.loads(json.dumps(to_json(step.after.introduction))))


if __name__ == "__main__":
    for name, value, unit in run():
        print(f"{name}: {value:,.0f} {unit}")
