"""`python -m tests.faults.stops`: a worker stands still where the dice of a scheduler may leave it, for as long.

SIGSTOP at each fault point, in a real process; a second worker goes on in the meantime; then SIGCONT. What the
first does when it wakes must not make a second copy (B3, B4).
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.stores import Store

# Seconds that may pass between the point of no return and the dot, and a stop that is longer.
ALLOWANCE = 1.0
TOO_LONG = 1.5

# Where it stands still, and whether too long: the second worker's view, the state in the end, and the copies.
EXPECTED = {
    ("after_claim", False): ("sent", "sent", 1),
    ("after_354", False): ("sent", "sent", 1),
    # The second worker finds a transmission that nobody finished, and leaves it alone.
    ("after_ponr", False): ("unknown", "sent", 1),
    ("after_ponr", True): ("unknown", "unknown", 0),
    ("after_dot", True): ("unknown", "sent", 1),
    ("after_250", True): ("unknown", "sent", 1),
    ("after_t3", True): ("sent", "sent", 1),
}


def main() -> int:
    """Print what became of each ask; return 0 when all is as expected."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.stops", description=__doc__)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    os.environ["TWOYES_TEST_STORE"] = parser.parse_args().store
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    logging.disable(logging.WARNING)
    from tests.faults import stores

    template = stores.make(lambda cast: cast.asking())
    found = {place: _stop(template, *place) for place in EXPECTED}
    for (point, long), (meanwhile, state, copies) in found.items():
        span = "long" if long else "short"
        print(f"{point:12} {span:6} meanwhile {meanwhile:8} in the end {state:8} copies {copies}")
    print(f"{sum(found[place] == EXPECTED[place] for place in EXPECTED)} of {len(EXPECTED)} as expected")
    return 0 if found == EXPECTED else 1


def _stop(template: Store, point: str, long: bool) -> tuple[str, str, int]:
    from tests.faults import processes
    from tests.faults.playing import SECOND_WORKER
    from tests.faults.workers import QUICK, Setting, finish, one_look
    from tests.support.cast import START, TOM
    from tests.support.relay import taken

    with template.copy() as store:
        log = store.place / "taken.jsonl"
        with processes.relay(log, "accept") as port:
            # A short stop has to end within the allowance on any machine, and a long one outside of it.
            setting = Setting(store, port, patience=replace(QUICK, allowance=ALLOWANCE if long else QUICK.allowance))
            first = processes.forked(partial(one_look, setting, START, fault=f"{point}:stop"))
            processes.stopped(first)
            began = time.monotonic()
            meanwhile = processes.told_by_all([partial(finish, setting, START + SECOND_WORKER)])[0]
            time.sleep(max(0.0, TOO_LONG + began - time.monotonic()) if long else 0)
            os.kill(first, signal.SIGCONT)
            assert processes.ended(first) == 0, "whoever wakes up late goes on in peace"
            later = START + SECOND_WORKER + timedelta(days=1)
            state = processes.told_by_all([partial(finish, setting, later)])[0]
        return meanwhile, state, sum(one.recipients == [TOM] for one in taken(log))


if __name__ == "__main__":
    sys.exit(main())
