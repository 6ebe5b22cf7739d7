"""Pages: the form and the desk among 10,000 people and 1,000 introductions, beside a page of the same base template.

The server is `twoyes serve` as it is, on granian (WSGI) and SQLite; the load comes from wrk (Debian's). The page
without a query is the front page, and `tests/web/test_queries.py` holds it to that. Then a worker drains 1,000 asks
into the post room, as fast as it can, while the form is looked at and sent 20 times a second: each request has an
instant at which it is due, and its time counts from there, whoever was late.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.contacts import Rows
from tests.journeys.house import HANDLE, House
from tests.support.address_books import linkedin
from tests.support.parts import ROOT
from tests.support.visitor import Visitor
from twoyes.lib.limits import FORM_TOKEN_MIN_AGE

PEOPLE, ASKS, WAITING = 10_000, 960, 40
DRAINED = 1_000
ROUNDS, SECONDS, CONNECTIONS = 5, 6, 4
A_SECOND = 20
# Every so many views of the form somebody sends it, so that pages write while the worker does.
SENT_EVERY = 20
_ALONE, _PATIENCE = 10.0, 300.0
_LOCKED = re.compile(r"database is locked|OperationalError", re.IGNORECASE)


def run() -> Rows:
    """Return the figures: of pages by themselves, of the form beside a worker, and of an idle house."""
    with _house() as house:
        fill(house, ASKS, WAITING, people=PEOPLE)
        house.open("--web-only", worker=False)
        rows = _ratios(house)
    with _house() as house:
        fill(house, DRAINED, WAITING, people=PEOPLE)
        house.open("--web-only", worker=False)
        rows += _beside_a_worker(house)
    with _house() as house:
        return rows + _idle(house)


# --- pages by themselves ------------------------------------------------------------------------------------------


def _ratios(house: House) -> Rows:
    """Load each page in turn, several times over, so that their ratio is one of the same minute."""
    visitor = Visitor(house.url)
    visitor.log_in(house.read("connector", "link", HANDLE)["url"])
    assert f"{WAITING} wait for you" in visitor.get("/desk/")
    paths = {"base": "/", "form": f"/@{HANDLE}", "desk": "/desk/"}
    for path in paths.values():
        _load(house.url + path, visitor.cookie, seconds=2)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in paths}
    for _round in range(ROUNDS):
        for name, path in paths.items():
            found[name].append(_load(house.url + path, visitor.cookie))
    rows: Rows = []
    among = f"{PEOPLE:,} people, {ASKS + WAITING:,} introductions"
    for name, what in (("base", "base template without a query"), ("form", "form"), ("desk", "desk")):
        rates = [one["rate"] for one in found[name]]
        rows.append((f"{what}, {among}", statistics.median(rates), "pages/s"))
        rows.append((f"{what}, p95 under that load", statistics.median(one["p95"] for one in found[name]), "ms"))
        if name != "base":
            ratio = [one["rate"] / other["rate"] for one, other in zip(found[name], found["base"], strict=True)]
            rows.append((f"{what} beside the base template", statistics.median(ratio), "ratio"))
            rows.append((f"{what} beside the base template, least and most", _spread(ratio), "ratio"))
    return rows


def _load(url: str, cookie: str, seconds: int = SECONDS) -> dict[str, float]:
    """Let wrk ask for a page as often as it can; every answer must be a page."""
    script = str(Path(__file__).with_name("p95.lua"))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, "-H", f"Cookie: {cookie}", url]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert told["failed"] == 0, done.stdout
    return told


def _spread(values: list[float]) -> str:
    return f"{min(values):.3f} to {max(values):.3f}"


# --- beside a worker ----------------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """Twenty requests a second, each at its instant: the seconds of views and of forms sent, and what was no page."""

    house: House
    writers: list[tuple[int, Visitor]] = field(default_factory=list)
    viewed: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def come(self, until: Callable[[], bool]) -> float:
        """Come until it is over; return how long that was, in seconds."""
        writers = iter(self.writers)
        began, number = time.perf_counter(), 0
        with ThreadPoolExecutor(max_workers=64) as pool:
            while not until():
                due = began + number / A_SECOND
                time.sleep(max(due - time.perf_counter(), 0))
                writer = next(writers, None) if number % SENT_EVERY == 0 else None
                pool.submit(self._sends, writer, due) if writer else pool.submit(self._looks, due)
                number += 1
        return time.perf_counter() - began

    def _looks(self, due: float) -> None:
        self._timed(self.viewed, due, lambda: self._eyes().seconds(f"/@{HANDLE}"))

    def _sends(self, writer: tuple[int, Visitor], due: float) -> None:
        number, visitor = writer
        fields = {"name": f"Writer {number}", "email": f"writer{number}@asks.example", "target": f"Somebody {number}"}
        fields |= {name: visitor.hidden(name) for name in ("issued", "once")} | _words()
        self._timed(self.sent, due, lambda: visitor.press(f"/@{HANDLE}/request", act="request", **fields))

    def _timed(self, kept: list[float], due: float, work: Callable[[], object]) -> None:
        try:
            work()
        except OSError as error:
            self.failed.append(str(error))
        kept.append(time.perf_counter() - due)

    def _eyes(self) -> Visitor:
        if not hasattr(_here, "visitor"):
            _here.visitor = Visitor(self.house.url)
        visitor: Visitor = _here.visitor
        return visitor


def _writers(house: House) -> list[tuple[int, Visitor]]:
    """Open the form for those who will send it, each from a network of their own, and let a hand's time go by."""
    found = []
    for number in range(1, 100):
        visitor = Visitor(house.url, source=f"127.0.8.{number}")
        visitor.get(f"/@{HANDLE}")
        found.append((number, visitor))
    time.sleep(FORM_TOKEN_MIN_AGE.total_seconds())
    return found


_here = threading.local()


def _beside_a_worker(house: House) -> Rows:
    """Let a worker drain the asks while people come; say what they felt and what went wrong."""
    writers, room = _writers(house), house.post_room.place
    alone, crowd = Crowd(house, writers[:10]), Crowd(house, writers[10:])
    end = time.perf_counter() + _ALONE
    alone.come(lambda: time.perf_counter() > end)
    late = time.perf_counter() + _PATIENCE
    house.start("worker")
    while not any(room.glob("*-ask.eml")):
        time.sleep(0.02)
    took = crowd.come(lambda: _asks(room) >= DRAINED or time.perf_counter() > late)
    assert _asks(room) == DRAINED, f"{_asks(room)} of {DRAINED} asks left within {_PATIENCE:.0f} s"
    said = house.said("serve") + house.said("worker")
    errors = sum(1 for one in [*alone.failed, *crowd.failed] if re.search(r"\b5\d\d\b", one) or "HTTP" not in one)
    return [
        (f"form p95 at {A_SECOND} requests/s, no worker", 1000 * _p95(alone.viewed), "ms"),
        (f"form p95 at {A_SECOND} requests/s while {DRAINED:,} asks drain", 1000 * _p95(crowd.viewed), "ms"),
        (f"form sent, slowest of {len(crowd.sent)} meanwhile", 1000 * max(crowd.sent), "ms"),
        ("requests meanwhile", len(crowd.viewed) + len(crowd.sent), ""),
        ("asks drained meanwhile", DRAINED / took, "asks/s"),
        ("answers that were errors meanwhile", len(crowd.failed) + len(alone.failed), ""),
        ("of these 5xx or no answer", errors, ""),
        ("lines of a locked store in the logs", len(_LOCKED.findall(said)), ""),
    ]


def _asks(room: Path) -> int:
    return sum(1 for _letter in room.glob("*-ask.eml"))


def _words() -> dict[str, str]:
    from bench.filling import WORDS

    return WORDS


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


# --- a house in which nothing happens -----------------------------------------------------------------------------


def _idle(house: House) -> Rows:
    """What `twoyes serve` with its worker holds in memory, a little after its first pages."""
    house.furnish()
    house.open(worker=False)
    visitor = Visitor(house.url)
    visitor.log_in(house.read("connector", "link", HANDLE)["url"])
    for path in ("/", f"/@{HANDLE}", "/desk/", "/desk/people/"):
        visitor.get(path)
    time.sleep(10)
    processes = _family(house.processes["serve"].pid)
    rows: Rows = [
        ("idle serve with worker, MB", sum(_memory(one, "Pss") for one in processes), "MB"),
        ("idle serve with worker, shared pages counted in each process, MB", _resident(processes), "MB"),
        ("idle serve with worker, processes", len(processes), ""),
    ]
    return rows


def _resident(processes: list[int]) -> float:
    return sum(_memory(one, "Rss") for one in processes)


def _family(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    for child in Path(f"/proc/{pid}/task").glob("*/children"):
        for one in child.read_text().split():
            found += _family(int(one))
    return found


def _memory(pid: int, kind: str) -> float:
    """Return megabytes of one process: all that it sees (Rss), or with shared pages split (Pss)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(rf"(?m)^{kind}:\s+(\d+) kB", text)
    assert found is not None, text
    return int(found[1]) / 1024


# --- what all share -----------------------------------------------------------------------------------------------


def fill(house: House, asks: int, waiting: int, *, people: int) -> None:
    """Give a house one connector with so many people, asks that left, and requests that wait."""
    house.run("connector", "add", "cora@connects.example", "--name", "Cora Lund", "--handle", HANDLE)
    book = house.place / "Connections.csv"
    book.write_text("".join(linkedin(people - asks)))
    house.run("import", "contacts", str(book), "--owner", HANDLE, "--json")
    command = [sys.executable, "-m", "bench.filling", HANDLE, str(asks), str(waiting)]
    subprocess.run(command, cwd=ROOT, env=house.env, check=True)


@contextmanager
def _house() -> Iterator[House]:
    """A house on a real disk: memory would make every commit free."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk makes the load: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT / ".venv") as name:
        house = House(Path(name))
        try:
            yield house
        finally:
            house.close()
