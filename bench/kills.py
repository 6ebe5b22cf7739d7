"""Gate G1: who was asked twice, and who never, while workers are killed and the relay fails as it likes.

What `make faults` runs after the grid, on SQLite: three seeds of 3,000 asks, with the point of no return and without.
"""

from __future__ import annotations

import re
import subprocess
import sys

from tests.support.parts import ROOT

SEEDS = "1,2,3"
ASKS = 3000

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return the figures of each seed. Raises `CalledProcessError` when the gate does not hold."""
    return [*_rows("kill run"), *_rows("kill run without the point of no return", "--without-ponr")]


def _rows(name: str, *options: str) -> Rows:
    command = [sys.executable, "-m", "tests.faults.kill_run", "--seeds", SEEDS, "--asks", str(ASKS), *options]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    rows: Rows = []
    for line in done.stdout.splitlines():
        if found := re.search(r"seed (\d+): ", line):
            rows += [(f"{name}, seed {found[1]}, {what}", value, unit) for what, value, unit in _figures(line)]
    return rows


def _figures(line: str) -> Rows:
    told = {what: float(value) for what, value in re.findall(r"'?(\w+)'?[=:] ?([\d.]+)", line)}
    never = told["never"] + told["thrown_away"]
    return [
        (f"people asked twice of {ASKS:,}", told["asked_twice"], ""),
        (f"people never asked of {ASKS:,}", never, ""),
        ("workers killed", told["kills"], ""),
        ("letters of which nobody knows whether they arrived", told.get("unknown", 0.0), ""),
        ("time", told["seconds"], "s"),
    ]
