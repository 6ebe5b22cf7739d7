"""Workers that stand still at the worst moments, on the store of this run."""

import subprocess
import sys

import pytest

from tests.support.parts import ROOT


@pytest.mark.slow(12)
@pytest.mark.both
@pytest.mark.case("B3", "B4", "A1")
def test_a_worker_that_stood_still_makes_no_second_copy_when_it_wakes(store: str) -> None:
    command = [sys.executable, "-m", "tests.faults.stops", "--store", store]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 of 7 as expected" in done.stdout
