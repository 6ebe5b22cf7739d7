"""Workers killed at random, on the store of this run."""

import re
import subprocess
import sys

import pytest

from tests.support.parts import ROOT

NEVER_AT_MOST = 0.015
LEAST_KILLS = 10


@pytest.mark.slow(10)
@pytest.mark.both
@pytest.mark.case("A1", "B1", "B2", "B5", "B6", "B20")
def test_nobody_is_asked_twice_and_hardly_anybody_never_while_workers_are_killed(store: str) -> None:
    command = [sys.executable, "-m", "tests.faults.kill_run", "--seed", "1", "--asks", "300"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{store}: ")
    found = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)[,)]", done.stdout)}
    states = dict(re.findall(r"'(\w+)': (\d+)", done.stdout))
    assert found["asks"] == 300
    assert found["kills"] >= LEAST_KILLS
    assert found["asked_twice"] == 0
    assert found["never"] <= NEVER_AT_MOST * 300
    assert found["without_attempt"] == 0
    assert set(states) <= {"sent", "unknown", "failed"}
