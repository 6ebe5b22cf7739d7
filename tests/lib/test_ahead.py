"""What a child makes ahead: the same items and errors in the same order, and no child is ever left behind."""

from __future__ import annotations

import mmap
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.parts import ROOT
from twoyes.lib.ahead import ahead, is_possible
from twoyes.lib.errors import Refused, Unreachable

pytestmark = pytest.mark.skipif(not is_possible(), reason="needs Linux and two cores")


@pytest.mark.parametrize("many", [0, 1, 127, 128, 129, 5_000])
def test_what_comes_is_what_was_made_and_in_its_order(many: int) -> None:
    with ahead((number, str(number)) for number in range(many)) as items:
        assert list(items) == [(number, str(number)) for number in range(many)]


@pytest.mark.parametrize("error", [ValueError("seven"), Refused("no", "Not this one.", rule="R1")])
def test_an_error_comes_where_it_was_made_after_all_that_was_made_before(error: Exception) -> None:
    def made() -> Iterator[int]:
        yield from range(300)
        raise error

    got = list[int]()
    with pytest.raises(type(error)) as raised, ahead(made()) as items:
        got += items
    assert got == [] or got == list(range(300))
    assert raised.value.args == error.args
    assert vars(raised.value) | {"__notes__": 0} == vars(error) | {"__notes__": 0}


def _killed() -> Iterator[int]:
    yield from range(1_000)
    os.kill(os.getpid(), signal.SIGKILL)


def _unsendable() -> Iterator[object]:
    yield lambda: None


@pytest.mark.parametrize("made", [_killed, _unsendable])
def test_a_child_that_ends_before_its_time_is_an_error_and_not_the_end(made: type[Iterator[object]]) -> None:
    with pytest.raises(Unreachable) as refused, ahead(made()) as items:
        for _item in items:
            pass
    assert refused.value.code == "reader_died"


def test_after_the_block_no_child_is_left_however_much_there_was_to_make() -> None:
    def endless() -> Iterator[int]:
        while True:
            yield os.getpid()

    with ahead(endless()) as items:
        child = next(items)
        assert child != os.getpid()
    assert not Path(f"/proc/{child}").exists()


def test_the_child_has_no_open_file_of_its_parent(tmp_path: Path) -> None:
    def held() -> Iterator[list[str]]:
        yield [str(one.resolve()) for one in Path("/proc/self/fd").iterdir()]

    mine = tmp_path / "held"
    with mine.open("w"), ahead(held()) as items:
        found = next(items)
    assert len(found) >= 4
    assert str(mine) not in found


def test_the_child_makes_no_more_than_a_few_megabytes_ahead() -> None:
    made = mmap.mmap(-1, 8)

    def large() -> Iterator[bytes]:
        for number in count(1):
            made[:] = number.to_bytes(8)
            yield bytes(16 * 1024)

    with ahead(large()) as items:
        next(items)
        time.sleep(0.3)
        assert int.from_bytes(made[:]) * 16 * 1024 < 12 * 1024 * 1024


_PARENT = """
import os, time
from twoyes.lib.ahead import ahead
def slow():
    for _batch in range(128):
        yield os.getpid()
    time.sleep(600)
with ahead(slow()) as items:
    print(next(items), flush=True)
    time.sleep(600)
"""


def test_a_child_ends_with_its_parent_even_where_that_is_killed() -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen([sys.executable, "-c", _PARENT], env=env, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = Path("/proc") / parent.stdout.readline().strip()
        assert child.exists()
        parent.kill()
        parent.wait()
        until = time.monotonic() + 10
        while _runs(child) and time.monotonic() < until:
            time.sleep(0.01)
    assert not _runs(child)


def _runs(child: Path) -> bool:
    """Say whether a process runs; one that nobody has asked about since its end does not."""
    try:
        return (child / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
