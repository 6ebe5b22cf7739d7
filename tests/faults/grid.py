"""`python -m tests.faults.grid`: every fault point against every relay script, on both stores (G2).

In each cell a worker dies by SIGKILL at the point, in its own process; a second worker goes on twenty minutes
later. The relay is a process too, and its log is the truth. Then the same without the point of no return.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import asdict

STORES = ("sqlite", "postgres")


def main() -> int:
    """Print the cells of each store; return 0 when all are as expected and no one was asked twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.grid", description=__doc__)
    parser.add_argument("--store", choices=STORES, help="one store only")
    asked = parser.parse_args()
    if asked.store is None:
        commands = [[sys.executable, "-m", "tests.faults.grid", "--store", store] for store in STORES]
        return max([subprocess.run(command, check=False).returncode for command in commands])
    os.environ["TWOYES_TEST_STORE"] = asked.store
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    return run(asked.store)


def run(store: str) -> int:
    """Run all cells on one store, with the point of no return and without; print them, and what differs."""
    from tests.faults.cells import expected
    from tests.faults.playing import play

    began = time.monotonic()
    wanted, found, without = expected(), play(without_ponr=False), play(without_ponr=True)
    print(f"{store}\n{'dies at':12} {'relay':15} {'letter':8} copies")
    for cell in found:
        print(f"{cell.point:12} {cell.script:15} {cell.state:8} {cell.copies}{'' if cell.died else '   (lives)'}")
    wrong = [(want, got) for want, got in zip(wanted, found, strict=True) if want != got]
    for want, got in wrong:
        print(f"expected {asdict(want)}\n   found {asdict(got)}")
    twice, twice_without = (sum(cell.copies > 1 for cell in cells) for cells in (found, without))
    spent = time.monotonic() - began
    print(f"{store}: {len(wanted) - len(wrong)} of {len(wanted)} cells as expected, duplicates {twice}, {spent:.0f} s")
    print(f"{store}: without the point of no return, duplicates {twice_without}")
    return 0 if not wrong and not twice and twice_without else 1


if __name__ == "__main__":
    sys.exit(main())
