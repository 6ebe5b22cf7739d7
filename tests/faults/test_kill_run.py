"""Workers killed at random, on the store of this run."""

import re
import subprocess
import sys

import pytest

from tests.support.parts import ROOT


def run(*options: str) -> "subprocess.CompletedProcess[str]":
    """Three hundred asks and one seed: `make faults` runs the gate in full."""
    command = [sys.executable, "-m", "tests.faults.kill_run", "--seeds", "1", "--asks", "300", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)


def numbers(printed: str) -> dict[str, int]:
    """What the run printed of itself."""
    return {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)[,)]", printed)}


@pytest.mark.slow(10)
@pytest.mark.both
@pytest.mark.case("A1", "B1", "B2", "B5", "B6", "B20")
def test_nobody_is_asked_twice_and_hardly_anybody_never_while_workers_are_killed(store: str) -> None:
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{store}, seed 1: ")
    found = numbers(done.stdout)
    assert found["asks"] == 300
    assert found["kills"] >= 8
    assert found["asked_twice"] == 0
    assert found["never"] + found["thrown_away"] <= 3
    assert found["without_attempt"] == 0
    assert set(re.findall(r"'(\w+)': \d+", done.stdout)) <= {"sent", "unknown", "failed"}


@pytest.mark.slow(10)
def test_somebody_is_asked_twice_in_the_same_run_once_the_point_of_no_return_is_taken_out() -> None:
    done = run("--without-ponr")
    assert done.returncode == 0, done.stdout + done.stderr
    assert numbers(done.stdout)["asked_twice"] > 0
