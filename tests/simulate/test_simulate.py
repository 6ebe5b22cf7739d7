"""The whole system from one seed: nobody is asked twice, a failure repeats, and each missing part is noticed."""

import os
import re
import subprocess
import sys

import pytest

from tests.simulate.without import MISSING
from tests.support.parts import ROOT

pytestmark = pytest.mark.slow(15)


def simulate(*words: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run the simulation as `make simulate` does."""
    command = [sys.executable, "-m", "tests.simulate", *words]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=1200)


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout.splitlines()[-1]


@pytest.mark.slow(300)
@pytest.mark.case("A1", "A2", "A3", "A4", "A5", "A6", "A9", "A11", "A12", "A21", "B1", "B2", "B3", "B5", "B6", "B7")
@pytest.mark.case("B8", "B9", "B12", "B20", "B21", "C1", "C2", "C3", "C4", "E18")
def test_twenty_thousand_asks_meet_every_trouble_and_nobody_is_asked_twice() -> None:
    done = simulate("--seed", "1", "--asks", "20000")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert last_line(done) == "asked twice 0"
    met = {name: int(count.replace(",", "")) for count, name in re.findall(r"(?m)^ *([\d,]+) (.+)$", done.stdout)}
    assert met["asks"] >= 20_000
    assert met["asks handed over"] >= 10_000
    for trouble in ("crashes after_ponr", "crashes after_dot", "stops", "reap", "jump", "restores", "months", "erase"):
        assert met[trouble] > 0, f"the run met no {trouble}"


def test_one_seed_gives_one_world_step_by_step_in_any_process() -> None:
    worlds = []
    for jobs, hash_seed in (("1", "1"), ("2", "2")):
        done = simulate("--seed", "9", "--asks", "270", "--jobs", jobs, "--trace", hash_seed=hash_seed)
        worlds.append([line for line in done.stdout.splitlines() if line.startswith("world ")])
    assert worlds[0] == worlds[1]
    assert worlds[0]
    other = simulate("--seed", "10", "--asks", "60", "--jobs", "1", "--trace")
    assert [line for line in other.stdout.splitlines() if line.startswith("world ")] != worlds[0]


@pytest.mark.parametrize("missing", sorted(set(MISSING) - {"", "ponr"}))
def test_a_part_that_is_taken_out_is_missed_and_the_failure_says_how_to_see_it_again(missing: str) -> None:
    # One process stops at the first world that breaks.
    done = simulate("--seed", "1", "--asks", "3000", "--jobs", "1", "--without", missing)
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    again = re.search(
        r"^again: python -m tests\.simulate (--seed \d --asks \d+ --world \d+)$", done.stdout, re.MULTILINE
    )
    broken = re.search(r"(?m)^seed \d, world \d+, step \d+: .*$", done.stdout)
    assert again
    assert broken
    repeated = simulate(*again[1].split(), "--without", missing)
    assert broken[0] in repeated.stdout


@pytest.mark.case("B1")
def test_without_the_point_of_no_return_people_are_asked_twice() -> None:
    done = simulate("--seed", "1", "--asks", "700", "--jobs", "1", "--without-ponr")
    assert done.returncode == 1
    twice = re.fullmatch(r"asked twice (\d+)", last_line(done))
    assert twice
    assert int(twice[1]) > 0
