"""The desk among 10,000 people and 5,000 requests, fifty of which wait: queries and milliseconds, beside a small desk.

Each desk is a house of its own, filled as `bench.pages` fills its houses. The pages are asked for by Django's client in
one process, so that queries can be counted; every page must be asked for as often of the store on both desks.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.contacts import Rows
from bench.pages import fill
from tests.journeys.house import HANDLE, House
from tests.support.parts import ROOT

FEW, MANY = (100, 20, 30), (10_000, 4_950, 50)
ROUNDS = 30


def run() -> Rows:
    """Return the figures: how often each page asks the store, and how long it takes on the large desk."""
    small, large = _measured(*FEW), _measured(*MANY)
    people, asks, waiting = MANY
    among = f"{people:,} people, {asks + waiting:,} requests"
    rows: Rows = []
    for page, (queries, seconds) in large.items():
        assert queries == small[page][0], f"{page}: {queries} queries among many, {small[page][0]} among few"
        rows.append((f"{page}, {among}: queries, as on a desk of {sum(FEW[1:])}", queries, ""))
        rows.append((f"{page}, {among}: median", 1000 * seconds, "ms"))
        rows.append((f"{page}, {among}: beside a desk of {sum(FEW[1:])}", seconds / small[page][1], "ratio"))
    return rows


def _measured(people: int, asks: int, waiting: int) -> dict[str, tuple[int, float]]:
    """Fill a house, and look at its desk in a process of its own."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT / ".venv") as name:
        house = House(Path(name))
        fill(house, asks, waiting, people=people)
        told = json.loads(_look_in(house))
        return {page: (queries, seconds) for page, (queries, seconds) in told.items()}


def _look_in(house: House) -> bytes:
    """Look at the desk in the surroundings of a house; return what that printed."""
    command = [sys.executable, "-m", "bench.desk", HANDLE]
    done = subprocess.run(command, cwd=ROOT, env=house.env, check=True, stdout=subprocess.PIPE)
    return done.stdout


def _look(handle: str) -> dict[str, tuple[int, float]]:
    """Return queries and the median of the seconds of each page of this connector's desk."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twoyes.settings")
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from twoyes.introductions import front as introductions
    from twoyes.lib import clock
    from twoyes.people import front as people

    connector = people.connector_by_handle(handle)
    assert connector is not None
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(pk=connector.user_id or 0))
    oldest = introductions.undecided(connector.id, clock.now())[0].id
    pages = {"desk": "/desk/", "one that waits": f"/desk/introductions/{oldest}/", "several noes": "/desk/noes/"}
    found: dict[str, tuple[int, float]] = {}
    for name, path in pages.items():
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        found[name] = (len(asked), statistics.median(_seconds(client, path) for _round in range(ROUNDS)))
    return found


def _seconds(client: object, path: str) -> float:
    began = time.perf_counter()
    client.get(path)  # type: ignore[attr-defined]
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(_look(sys.argv[1])))
