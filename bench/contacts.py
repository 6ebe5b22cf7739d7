"""Address books: records a second by kind, what ten times as many cost in memory, and what the desk feels meanwhile.

Each import runs in a process of its own on a fresh store, as `twoyes import contacts` does, from a file on the disk. On
SQLite an import leaves the store to others for twice as long as it held it, so much of its time is waiting by choice.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.house import HANDLE, House
from tests.support.address_books import KINDS
from tests.support.visitor import Visitor

FEW, MANY = 3_000, 30_000
# As many page views as give a 95th percentile that ten of them lie above.
VIEWS = 200
PAUSE = 0.05

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return the figures: first of every kind, then of 30,000 people, then of the desk beside them."""
    rows: Rows = []
    few: dict[str, float] = {}
    for kind in KINDS:
        with _place() as place:
            _measured(place, "thunderbird", 1)
            seconds, few[kind] = _measured(place, kind, FEW)
            again, _peak = _measured(place, kind, FEW)
            rows.append((f"{kind}, first import", FEW / seconds, "records/s"))
            rows.append((f"{kind}, the same file again", FEW / again, "records/s"))
    for kind in ("linkedin", "linkedin_messages", "vcard"):
        with _place() as place:
            # Migrating a new store needs more memory than anything here, so that is done before.
            _measured(place, "thunderbird", 1)
            seconds, peak = _measured(place, kind, MANY)
            rows.append((f"{kind}, {MANY:,} people", MANY / seconds, "records/s"))
            rows.append((f"{kind}, peak memory of {MANY:,} people", peak, "MB"))
            rows.append((f"{kind}, peak memory beside {FEW:,} people", peak / few[kind], "ratio"))
    return rows + _desk()


def _measured(place: Path, kind: str, people: int) -> tuple[float, float]:
    """Return seconds and peak megabytes of one import in a process of its own."""
    file = place / f"{kind}-{people}"
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(KINDS[kind](people))
    command = [sys.executable, "-m", "bench.contacts", str(file)]
    done = subprocess.run(command, env=_environment(place), check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["records"] == people, told
    return told["seconds"], told["megabytes"]


def _import(path: Path) -> None:
    """Import one file, and print what it took."""
    import resource

    os.environ["DJANGO_SETTINGS_MODULE"] = "twoyes.settings"
    import django

    django.setup()
    from twoyes.lib import store
    from twoyes.people import front as people

    store.prepare()
    cora = people.connector_by_handle(HANDLE) or people.add_connector(
        "cora@connects.example", name="Cora Lund", handle=HANDLE
    )
    began = time.perf_counter()
    report = people.import_contacts(cora.id, path, name="file")
    seconds = time.perf_counter() - began
    records = report.added + report.updated + report.unchanged + len(report.rejected)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "records": records, "megabytes": peak}))


def _desk() -> Rows:
    """The desk's p95 while 30,000 people come in by a page, beside its p95 before."""
    with _place() as place:
        house = House(place)
        try:
            house.furnish()
            house.open(worker=False)
            visitor = Visitor(house.url)
            visitor.log_in(house.read("connector", "link", HANDLE)["url"])
            _views(visitor, 50)
            idle = _p95(_views(visitor, VIEWS))
            data = "".join(KINDS["linkedin"](MANY)).encode()
            visitor.upload("/desk/people/import/", "Connections.csv", data)
            job = visitor.at
            _until(visitor, job, r"[\d,]+ of [\d,]+ records")
            busy = _p95(_views(visitor, VIEWS))
            assert "records of the file" not in visitor.get(job), "the import was over before the desk was measured"
        finally:
            house.close()
    return [
        ("desk p95, idle", 1000 * idle, "ms"),
        ("desk p95 while 30,000 people come in", 1000 * busy, "ms"),
        ("desk p95 while 30,000 people come in, beside idle", busy / idle, "ratio"),
    ]


def _views(visitor: Visitor, count: int) -> list[float]:
    found = []
    for _view in range(count):
        found.append(visitor.seconds("/desk/"))
        time.sleep(PAUSE)
    return found


def _until(visitor: Visitor, page: str, pattern: str) -> None:
    for _turn in range(120):
        if re.search(pattern, visitor.get(page)):
            return
        time.sleep(0.25)
    raise AssertionError(f"the page never said {pattern}")


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def _place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        yield Path(name)


def _environment(place: Path) -> dict[str, str]:
    own = {"TWOYES_DATA": "var", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state"}
    return {**os.environ, **{name: str(place / folder) for name, folder in own.items()}}


if __name__ == "__main__":
    _import(Path(sys.argv[1]))
