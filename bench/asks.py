"""Asks a second, beside a bare loop of three durable commits, one SMTP connection and one send.

Both run in equally many processes, on the same disk, against the same relay (2 ms for each message, its log on the
disk too) and in turns, so that their ratio says what consent costs. What the engines answer about durability is
read back on connections made as those that are measured.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from unittest import mock

from tests.support.parts import ROOT

if TYPE_CHECKING:
    from bench.bare import Table
    from tests.faults.stores import Store
    from tests.support.cast import Cast

ASKS = 160
ROUNDS = 3
WORKERS = (1, 2, 4)
# What a good relay takes to answer the dot (CASES, gate G5).
RELAY_SECONDS = 0.002
# Sent by each worker before the watch runs, so that nobody measures imports.
_WARM = 3
_SET_UP_SECONDS = 6.0

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return the figures of both stores, each measured in a process of its own."""
    rows: Rows = []
    for store in ("sqlite", "postgres"):
        command = [sys.executable, "-m", "bench.asks", store]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        rows += [(what, value, unit) for what, value, unit in json.loads(done.stdout.splitlines()[-1])]
    return rows


def measure(store: str) -> Rows:
    """Return the figures of one store. Django is loaded for it by now."""
    from bench.bare import Table
    from tests.faults import stores

    rows: Rows = []
    for workers in WORKERS:
        template = stores.make(partial(_fill, asks=ASKS + _WARM * workers))
        table = Table(store, template.place, rows=ASKS + _WARM * workers)
        bare, product = [], []
        for _ in range(ROUNDS):
            with _relay() as port:
                bare.append(_rate([partial(_bare, table, n, workers, port) for n in range(workers)]))
            with _relay() as port, template.copy() as copy:
                product.append(_rate([partial(_product, copy, port)] * workers))
        crew = f"{store}, {workers} worker{'s' if workers > 1 else ''}"
        rows.append((f"asks, {crew}", statistics.median(product), "asks/s"))
        rows.append((f"bare loop, {crew}", statistics.median(bare), "sends/s"))
        ratio = statistics.median(ours / theirs for ours, theirs in zip(product, bare, strict=True))
        rows.append((f"asks beside the bare loop, {crew}", ratio, "ratio"))
        if workers == WORKERS[-1]:
            rows += _durability(store, template, table)
    return rows


def _fill(cast: Cast, asks: int) -> None:
    """Make the asks, and set the store's own clock to the day on which they are due."""
    from django.db import connection

    from tests.faults import stores
    from twoyes.lib.models import Installation

    stores.with_asks(cast, asks)
    Installation.objects.update(clock_offset_seconds=(cast.now - datetime.now(UTC)).total_seconds())
    if connection.vendor == "postgresql":
        # What autovacuum does within a minute of so many new rows: this house would be measured before that.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _rate(works: list[Callable[[Callable[[], None]], int]]) -> float:
    """Let the works begin at one instant, each after it called its `ready`; return what they did in a second."""
    from tests.faults import processes

    began = time.monotonic() + _SET_UP_SECONDS

    def wait() -> None:
        assert time.monotonic() < began, "setting up took too long to measure anything"
        time.sleep(began - time.monotonic())

    def timed(work: Callable[[Callable[[], None]], int]) -> tuple[int, float]:
        return work(wait), time.monotonic()

    told = processes.told_by_all([partial(timed, work) for work in works])
    return float(sum(done for done, _end in told) / (max(end for _done, end in told) - began))


@contextmanager
def _relay() -> Iterator[int]:
    from tests.faults import processes
    from tests.support import home
    from tests.support.relay_scripts import Script

    log = home.room() / f"taken-{time.monotonic_ns()}.jsonl"
    with processes.relay(log, Script("accept", delay=RELAY_SECONDS)) as port:
        yield port
    log.unlink(missing_ok=True)


def _product(store: Store, port: int, ready: Callable[[], None]) -> int:
    """Send what is due, as the worker does where no limit of the sending rate applies; return how many."""
    from tests.faults.workers import Setting
    from twoyes.introductions import front as introductions
    from twoyes.lib import clock
    from twoyes.mail.outgoing.deliver import Following, deliver_one
    from twoyes.mail.outgoing.transport import in_a_row

    store.open()
    transport = in_a_row(Setting(store, port).transport())
    following = Following(wanted=lambda: True)
    done = 0
    while (claimed := following.take() or introductions.claim(clock.now())) is not None:
        assert deliver_one(claimed, transport, clock.now, following=following) == "sent"
        done += 1
        if done == _WARM:
            ready()
    transport.rest()
    return done - _WARM


def _bare(table: Table, number: int, workers: int, port: int, ready: Callable[[], None]) -> int:
    """Commit, connect, send with a commit before the dot, commit: nothing is asked and nothing is checked."""
    from tests.faults.workers import QUICK
    from tests.support.envelopes import ASK
    from twoyes.mail.outgoing.smtp import Server, SmtpTransport

    transport = SmtpTransport(Server("127.0.0.1", port, "none"), patience=QUICK, helo="twoyes.example")
    done = 0
    with table.opened() as commit:
        for row in range(number, table.rows, workers):
            commit(row, "claimed")
            verdict = transport.send(ASK, point_of_no_return=partial(commit, row, "xmit"))
            assert verdict.kind == "sent"
            commit(row, "sent")
            done += 1
            if done == _WARM:
                ready()
    return done - _WARM


def _durability(store: str, template: Store, table: Table) -> Rows:
    """Read back what protects a commit, on a connection like the worker's and on one like the bare loop's."""
    from django.db import connection

    template.open()
    questions = table.questions
    with connection.cursor() as cursor:
        ours = []
        for question in questions:
            cursor.execute(question)
            ours.append(str(cursor.fetchone()[0]))
    connection.close()
    rows: Rows = [
        (f"{question}, {store}, read back by the worker and by the bare loop", f"{one} and {other}", "")
        for question, one, other in zip(questions, ours, table.answers(), strict=True)
    ]
    return rows


def main() -> None:
    """Measure the store named on the command line, on a real disk; the last line is the rows as JSON."""
    store = sys.argv[1]
    place = tempfile.mkdtemp(prefix=".bench-", dir=ROOT / ".venv")
    os.environ |= {"TWOYES_TEST_STORE": store, "TWOYES_TEST_HOME": place, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    from tests.support import postgres

    # The suite's server forgets on a power cut, which is right for tests and wrong here.
    lasting = partial(postgres.start.__wrapped__, fsync=True)
    try:
        with mock.patch.object(postgres, "start", lambda directory, **_fsync: lasting(directory)):
            import django

            django.setup()
            logging.disable(logging.WARNING)
            print(json.dumps(measure(store)))
    finally:
        postgres.stop()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
