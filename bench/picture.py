"""The picture of two thousand people: laid out in a process of its own, and answered as a page.

Seconds are of the processor (the child's, with all that it loads), so that they mean something while others work.
"""

from __future__ import annotations

import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.contacts import Rows
from bench.graphs import made
from tests.journeys.house import HANDLE, House
from tests.support.address_books import linkedin
from tests.support.visitor import Visitor

PEOPLE, TIES = 2_000, 40_000
LARGE, MANY = 20_000, 400_000
VIEWS = 20
_DRAW = """
import pickle, sys
from twoyes.network.ways.drawing import draw
draw(*pickle.load(open(sys.argv[1], "rb")))
"""


def run() -> Rows:
    """Return the figures: a layout with its process, for two books, and one view of the page of the first."""
    rows: Rows = [("An empty process that loads what lays out", _drawn(1, 2), "CPU s")]
    rows += [
        (f"Picture of {people:,} people and {ties:,} ties, in a process of its own", _drawn(people, ties), "CPU s")
        for people, ties in ((PEOPLE, TIES), (LARGE, MANY))
    ]
    return rows + _page()


def _drawn(people: int, ties: int) -> float:
    graph = made(people + 1, ties)
    nodes = [f"{number:012d}" for number in range(people + 1)]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "graph"
        file.write_bytes(pickle.dumps((nodes, people, (graph.sources, graph.targets, graph.strengths))))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", _DRAW, str(file)], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _page() -> Rows:
    """Return what working out a book of so many cards costs as a command, and how long one view of its page takes."""
    with tempfile.TemporaryDirectory() as place:
        house = House(Path(place))
        house.furnish()
        book = house.place / "book.csv"
        book.write_text("".join(linkedin(PEOPLE)))
        house.run("import", "contacts", str(book), "--owner", HANDLE)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        house.run("network", "rebuild", "--owner", HANDLE)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        house.open("--web-only", worker=False)
        try:
            visitor = Visitor(house.url)
            visitor.log_in(house.read("connector", "link", HANDLE)["url"])
            size, took = _views(visitor)
        finally:
            house.close()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [
        (f"`network rebuild` of {PEOPLE:,} cards, picture and all, with the start of the command", spent, "CPU s"),
        (f"One view of the picture of {PEOPLE:,} cards (median of {VIEWS})", took * 1000, "ms"),
        ("Its page", size / 1000, "kB"),
    ]


def _views(visitor: Visitor) -> tuple[int, float]:
    took, size = [], len(visitor.get("/desk/picture/"))
    for _view in range(VIEWS):
        begun = time.perf_counter()
        visitor.get("/desk/picture/")
        took.append(time.perf_counter() - begun)
    return size, statistics.median(took)
