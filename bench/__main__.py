"""`python -m bench [NAME…]`: run every module of this directory that has figures, and write them to RESULTS.md.

A module has figures when it has `run() -> [(what, value, unit)]`. Naming modules renews their rows alone.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

_HERE = Path(__file__).parent
RESULTS = _HERE / "RESULTS.md"
_HEAD = (
    "# Figures\n\nMeasured by `make bench` on the machine and day of each row; machines differ, so the ratios"
    " are what counts.\n\n| what | value | unit | command | date | machine |\n|---|---:|---|---|---|---|\n"
)
_ROW = re.compile(r"\| .+ \| `python -m bench (?P<module>\w+)` \| .+\|")


def main() -> None:
    """Measure what is named, or everything, and write the table anew."""
    names = sys.argv[1:] or modules()
    kept = [row for row in _rows() if _ROW.fullmatch(row)[1] not in names]  # type: ignore[index]
    for name in names:
        for what, value, unit in importlib.import_module(f"bench.{name}").run():
            row = f"| {what} | {_written(value)} | {unit} | `python -m bench {name}` | {_today()} | {_machine()} |"
            print(row, flush=True)
            kept.append(row)
    RESULTS.write_text(_HEAD + "".join(f"{row}\n" for row in sorted(kept, key=_module)))


def modules() -> list[str]:
    """Return the names of the modules that have figures."""
    found = sorted(path.stem for path in _HERE.glob("*.py"))
    return [name for name in found if re.search(r"(?m)^def run\(", (_HERE / f"{name}.py").read_text())]


def _rows() -> list[str]:
    text = RESULTS.read_text() if RESULTS.exists() else ""
    return [line for line in text.splitlines() if _ROW.fullmatch(line)]


def _module(row: str) -> str:
    found = _ROW.fullmatch(row)
    return found[1] if found else ""


def _written(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


def _machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
