"""`python -m tests.faults.kill_run`: two workers are killed again and again while the relay fails as it likes (G1).

The relay's log says who was asked; the store says what the product believes. `--seeds 1,2,3 --asks 3000` is the
gate in full; with `--without-ponr` the product has no point of no return, and somebody must be asked twice.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from tests.faults import processes, stores  # noqa: E402
from tests.faults.stores import START, Store  # noqa: E402
from tests.faults.workers import QUICK  # noqa: E402
from tests.support import home  # noqa: E402
from tests.support.relay import Session, mixture, taken  # noqa: E402
from tests.support.without_ponr import without_point_of_no_return  # noqa: E402
from twoyes.introductions.models import Letter, LetterState, SendAttempt  # noqa: E402
from twoyes.lib import clock  # noqa: E402
from twoyes.mail.outgoing import working  # noqa: E402
from twoyes.mail.outgoing.smtp import Server, SmtpTransport  # noqa: E402

WORKERS = 2
# Seconds of the product's clock in one of ours: a claim is old after a second, a transmission after eight.
SPEED = 120
# Seconds after which a run gives up; what is still on its way then stands in its result.
LONGEST = 180.0
# What a run has to show: kills for each ask, and at most this share of people whom no ask reached.
KILLS_PER_ASK = 75 / 3000
NEVER_AT_MOST = 0.01
# Seconds without a letter after which a worker is killed all the same: it may be about to send one.
_PATIENCE = 0.5
_MOVING = (LetterState.QUEUED, LetterState.CLAIMED, LetterState.XMIT)
_AT_REST = {LetterState.SENT, LetterState.UNKNOWN, LetterState.FAILED}


@dataclass(frozen=True)
class Result:
    """What a run came to. `never` counts asks that the relay neither took nor threw away."""

    asks: int
    kills: int
    seconds: float
    states: dict[str, int]
    asked_twice: int
    never: int
    thrown_away: int
    without_attempt: int

    @property
    def wrong(self) -> list[str]:
        """What the gate objects to; a relay that threw an ask away is no excuse for who was not asked."""
        found = {
            "somebody was asked twice": self.asked_twice > 0,
            "too many were never asked": self.never + self.thrown_away > NEVER_AT_MOST * self.asks,
            "too few kills": self.kills < KILLS_PER_ASK * self.asks,
            "letters are not at rest": not set(self.states) <= _AT_REST,
            "a copy has no attempt on record": self.without_attempt > 0,
        }
        return [sentence for sentence, true in found.items() if true]


def run(seed: int, asks: int, *, without_ponr: bool = False) -> Result:
    """Send so many asks while workers die; return what came of it."""
    with stores.make(partial(stores.with_asks, asks=asks)).copy() as store:
        log = store.place / "taken.jsonl"
        began = time.time()
        with processes.relay(log, mixture(seed), Forgetful) as port:
            kills = _massacre(partial(_live, store, port, began, without_ponr), store, log, seed)
            spent = time.time() - began
        told = processes.told_by_all([partial(_found, store)])[0]
        return _result(told, log, kills=kills, seconds=spent)


def _massacre(live: Callable[[], None], store: Store, log: Path, seed: int) -> int:
    """Keep two workers running, and kill one after every few letters, however fast these go; return how many died."""
    chance, began = Random(seed), time.time()
    crew = [processes.forked(live) for _ in range(WORKERS)]
    kills = 0
    try:
        while time.time() - began < LONGEST and processes.told_by_all([partial(_moving, store)])[0]:
            _wait_for(_heard(log) + chance.randint(5, 25), log)
            number = chance.randrange(WORKERS)
            processes.kill(crew[number])
            kills += 1
            crew[number] = processes.forked(live)
    finally:
        for worker in crew:
            processes.kill(worker)
    return kills


def _wait_for(letters: int, log: Path) -> None:
    """Wait until the relay heard so many letters to the end, but never long."""
    late = time.time() + _PATIENCE
    while _heard(log) < letters and time.time() < late:
        time.sleep(0.005)


def _heard(log: Path) -> int:
    return sum(one.read_bytes().count(b"\n") for one in (log, _thrown(log)) if one.exists())


class _Never:
    """A stop event that only SIGKILL sets."""

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> bool:
        time.sleep(min(timeout, 0.05))
        return False


def _live(store: Store, port: int, began: float, without_ponr: bool) -> None:
    """Be a worker until killed, on a clock that runs fast."""
    store.open()
    transport = SmtpTransport(Server("127.0.0.1", port, "none"), patience=QUICK, helo="twoyes.example")
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(clock, "now", partial(_fast, began)))
        stack.enter_context(mock.patch.object(working, "_FULL", 0.3))
        if without_ponr:
            stack.enter_context(without_point_of_no_return())
        working.worker(_Never(), transport=transport)


def _fast(began: float) -> datetime:
    return START.astimezone(UTC) + timedelta(seconds=(time.time() - began) * SPEED)


class Forgetful(Session):
    """A session that also writes down what the relay heard and threw away, beside its log."""

    def _say(self, stage: str, ordinary: bytes, key: str = "") -> bytes:
        if stage == "dot" and not self.script.takes:
            with _thrown(self.relay.log).open("a") as heard:
                heard.write(f"{key}\n")
        return super()._say(stage, ordinary, key)


def _thrown(log: Path) -> Path:
    return log.with_name("thrown-away")


# ---------------------------------------------------------------- the store, each in a process of its own


def _moving(store: Store) -> bool:
    store.open()
    try:
        return Letter.objects.filter(kind="ask", state__in=_MOVING).exists()
    finally:
        connection.close()


def _found(store: Store) -> list[list[object]]:
    """Return for each ask its Message-ID, its state, and whether an attempt is on record."""
    store.open()
    tried = set(SendAttempt.objects.filter(phase="xmit").values_list("letter_id", flat=True))
    rows = Letter.objects.filter(kind="ask").values_list("message_id", "state", "pk")
    found: list[list[object]] = [[message_id, state, pk in tried] for message_id, state, pk in rows]
    connection.close()
    return found


def _result(told: list[list[object]], log: Path, *, kills: int, seconds: float) -> Result:
    copies = Counter(one.message_id for one in taken(log))
    thrown = set(_thrown(log).read_text().split()) if _thrown(log).exists() else set()
    asks = {str(message_id) for message_id, _state, _tried in told}
    reached = {message_id for message_id in asks if copies[message_id]}
    return Result(
        asks=len(asks),
        kills=kills,
        seconds=seconds,
        states=dict(Counter(str(state) for _id, state, _tried in told)),
        asked_twice=sum(copies[message_id] > 1 for message_id in asks),
        never=len(asks - reached - thrown),
        thrown_away=len(asks & thrown - reached),
        without_attempt=sum(str(message_id) in reached and not tried for message_id, _state, tried in told),
    )


def main() -> int:
    """Run each seed and print what came of it; return 0 when the gate holds, or breaks where it must."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill_run", description=__doc__)
    parser.add_argument("--seeds", type=lambda text: [int(seed) for seed in text.split(",")], default=[1])
    parser.add_argument("--asks", type=int, default=300)
    parser.add_argument("--without-ponr", action="store_true")
    asked = parser.parse_args()
    logging.disable(logging.ERROR)
    good = True
    for seed in asked.seeds:
        result = run(seed, asked.asks, without_ponr=asked.without_ponr)
        print(f"{home.store()}, seed {seed}: {result}", flush=True)
        if asked.without_ponr:
            good = good and result.asked_twice > 0
        else:
            print(*result.wrong, sep="\n", end="\n" if result.wrong else "", flush=True)
            good = good and not result.wrong
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
