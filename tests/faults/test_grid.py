"""The grid of fault points and relay scripts, on the store of this run."""

import re
import subprocess
import sys

import pytest

from tests.faults.cells import EXPECTED, SCRIPTS, expected
from tests.support.parts import ROOT
from twoyes.lib.faults import POINTS
from twoyes.mail.outgoing import memory

pytestmark = pytest.mark.slow(12)


@pytest.mark.both
@pytest.mark.case("A1", "A22", "A23", "B1", "B5", "B6", "C1", "C2", "C3", "C4")
def test_an_ask_ends_as_the_table_says_wherever_a_worker_dies_and_whatever_the_relay_does(store: str) -> None:
    command = [sys.executable, "-m", "tests.faults.grid", "--store", store]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{store}: 54 of 54 cells as expected, duplicates 0" in done.stdout
    without = re.search(r"without the point of no return, duplicates (\d+)", done.stdout)
    assert without
    assert int(without[1]) > 0


def test_the_table_has_every_fault_point_and_every_script_of_the_shipped_relay() -> None:
    assert tuple(EXPECTED) == POINTS
    assert set(SCRIPTS) == set(memory.SCRIPTS)
    assert len(expected()) == 54
