"""`python -m tests.tools.required TALLY`: what each part of TWOYES_REQUIRE passed and skipped, over all runs.

Exit 1 when a required part was skipped anywhere, or ran nowhere.
"""

import json
import sys
from collections import Counter
from pathlib import Path

from tests.support.require import PASSED, SKIPPED, required


def total(tally: Path) -> dict[str, Counter[str]]:
    """The sum, by part, of the lines that each run of pytest added to `tally`."""
    sums: dict[str, Counter[str]] = {}
    for line in tally.read_text().splitlines():
        for part, count in json.loads(line).items():
            sums.setdefault(part, Counter()).update(count)
    return sums


def main(tally: Path) -> int:
    """Print a line for each required part; return 1 when one was skipped or ran no test."""
    sums = total(tally)
    short = False
    for part in required():
        count = sums.get(part, Counter())
        bad = count[SKIPPED] > 0 or count[PASSED] == 0
        short |= bad
        verdict = "  <- required, so this run has failed" if bad else ""
        print(f"TWOYES_REQUIRE {part}: {count[PASSED]} passed, {count[SKIPPED]} skipped{verdict}")
    return int(short)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
