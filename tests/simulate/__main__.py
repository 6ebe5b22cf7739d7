"""`python -m tests.simulate`: the whole system in one process, from one seed.

Prints what was met, and as its last line `asked twice N`; exits 1 when N is not 0 or an invariant is broken. A
failure names its seed, world and step, and happens again with the same seed.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

# Before Django is asked for anything.
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.simulate.settings"

import django

django.setup()
# What each worker logs would be most of the output.
logging.disable(logging.CRITICAL)

from tests.simulate import run  # noqa: E402
from tests.simulate.people import Stage, set_stage  # noqa: E402
from tests.simulate.without import MISSING  # noqa: E402
from tests.support import home  # noqa: E402

_stage: Stage | None = None


def main() -> int:
    """Run the worlds that were asked for; return the exit code."""
    asked = _arguments()
    began = time.monotonic()
    counts: Counter[str] = Counter()
    twice, broken = 0, 0
    traces = []
    for report in _reports(asked):
        counts += report.counts
        twice += report.asked_twice
        traces.append(report.trace)
        if report.broken:
            broken += 1
            print("\n".join([*report.broken[1:], "", report.broken[0]]))
            print(f"again: python -m tests.simulate --seed {asked.seed} --asks {report.asks} --world {report.world}")
        if asked.trace:
            print(f"world {report.world}: {report.steps} steps, trace {report.trace}")
        if broken:
            break
    for name, count in sorted(counts.items()):
        print(f"{count:9,} {name}")
    spent = time.monotonic() - began
    print(f"seed {asked.seed}, {counts['asks']:,} asks in {spent:.0f} s; invariants broken: {broken}")
    print(f"asked twice {twice}")
    return 1 if twice or broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--asks", type=int, default=20_000)
    parser.add_argument("--without", choices=sorted(MISSING), default="", help="take a part of the product out")
    parser.add_argument("--without-ponr", dest="without", action="store_const", const="ponr", help="the same as ponr")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; the worlds are the same")
    parser.add_argument("--world", type=int, help="only this world, of --asks introductions")
    parser.add_argument("--trace", action="store_true", help="print the trace of each world")
    return parser.parse_args()


def _reports(asked: argparse.Namespace) -> Iterator[run.Report]:
    """Yield the worlds' reports in their order, whatever process each was played in."""
    if asked.world is not None:
        yield _world((asked.seed, asked.world, asked.asks, asked.without))
        return
    full, rest = divmod(asked.asks, run.SIZE)
    sizes = [run.SIZE] * full + ([rest] if rest else [])
    worlds = [(asked.seed, number, size, asked.without) for number, size in enumerate(sizes)]
    if asked.jobs == 1 or len(worlds) == 1:
        yield from map(_world, worlds)
        return
    pool = ProcessPoolExecutor(asked.jobs, mp_context=get_context("fork"), initializer=_own_files)
    try:
        yield from pool.map(_world, worlds)
    finally:
        pool.shutdown(cancel_futures=True)


def _own_files() -> None:
    """Give this process a generation file of its own."""
    os.environ["TWOYES_GENERATION_FILE"] = str(home.room() / f"generation-{os.getpid()}")


def _world(what: tuple[str, int, int, str]) -> run.Report:
    global _stage  # noqa: PLW0603 - made once for each process, which nothing can pass in
    if _stage is None:
        _stage = set_stage()
    seed, number, asks, without = what
    return run.run(_stage, seed, number, asks, without=without)


if __name__ == "__main__":
    sys.exit(main())
