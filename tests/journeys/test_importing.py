"""Two thousand people come in by a page of a running server, whose carrier is killed on the way."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from tests.journeys.house import HANDLE, House
from tests.support.address_books import linkedin
from tests.support.visitor import Visitor

PEOPLE = 2_000
PATIENCE = 60.0


def carriers(job: str) -> list[int]:
    """The processes that carry a job, by what they were started with."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            words = (place / "cmdline").read_bytes().split(b"\0") if place.name.isdecimal() else []
        except OSError:
            continue
        if b"carry-import" in words and job.encode() in words:
            found.append(int(place.name))
    return found


def until(visitor: Visitor, path: str, pattern: str) -> str:
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        page = visitor.get(path)
        if re.search(pattern, page):
            return page
        time.sleep(0.1)
    raise AssertionError(f"{pattern} never stood on the page")


def readable(data: Path) -> list[str]:
    """The files outside the post room in which an address of the upload stands."""
    files = (path for path in data.rglob("*") if path.is_file() and "postroom" not in path.parts)
    return [path.name for path in files if b"@book.example" in path.read_bytes()]


@pytest.mark.slow(40)
@pytest.mark.case("D15", "E1")
def test_an_import_by_a_page_survives_the_death_of_its_process(house: House) -> None:
    house.furnish()
    house.open(worker=False)
    visitor = Visitor(house.url)
    visitor.log_in(house.read("connector", "link", HANDLE)["url"])
    visitor.upload("/desk/people/import/", "Connections.csv", "".join(linkedin(PEOPLE)).encode())
    path = visitor.at
    job = path.rstrip("/").rpartition("/")[2]
    until(visitor, path, r"[1-9]\d* of 2,?000 records")
    for process in carriers(job):
        os.kill(process, signal.SIGKILL)
    assert readable(house.data) == []
    half = visitor.get(path)
    assert "records of the file" not in half, "it was killed on the way"

    page = until(visitor, path, "stopped before its end")
    assert "hx-trigger" not in page
    visitor.press(f"{path}go_on", act="go_on")
    end = until(visitor, path, "All 2,?000 records")
    assert re.search(r"New in your book</th><td>2,?000</td>", end)
    assert readable(house.data) == []
    again = house.place / "again.csv"
    again.write_text("".join(linkedin(PEOPLE)))
    known = house.read("import", "contacts", str(again), "--owner", HANDLE)
    assert known == {"added": 0, "updated": 0, "unchanged": PEOPLE, "rejected": []}


@pytest.mark.slow(20)
def test_an_import_that_lay_open_is_taken_up_by_the_next_worker(house: House) -> None:
    house.furnish()
    house.open("--web-only", worker=False)
    visitor = Visitor(house.url)
    visitor.log_in(house.read("connector", "link", HANDLE)["url"])
    visitor.upload("/desk/people/import/", "Connections.csv", "".join(linkedin(PEOPLE)).encode())
    path = visitor.at
    until(visitor, path, r"[1-9]\d* of 2,?000 records")
    house.stop("serve")
    late = time.monotonic() + PATIENCE
    while carriers(path.rstrip("/").rpartition("/")[2]) and time.monotonic() < late:
        time.sleep(0.1)
    house.open("--web-only", worker=True)
    end = until(visitor, path, "All 2,?000 records")
    assert re.search(r"New in your book</th><td>2,?000</td>", end)
