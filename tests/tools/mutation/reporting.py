"""The table of a run, and the survivors with what was changed."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from dataclasses import dataclass

from tests.tools.mutation import results
from tests.tools.mutation.making import Mutant
from tests.tools.mutation.scopes import PLACE, ROOT, SCOPES

SURVIVORS = PLACE / "survivors.txt"
PAGE = ROOT / "docs" / "mutants.md"
ENOUGH = 90.0
TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end of table -->)", re.DOTALL)


@dataclass
class Line:
    """One line of the table."""

    name: str
    made: int = 0
    killed: int = 0
    timed_out: int = 0
    survived: int = 0

    @property
    def mutants(self) -> int:
        return self.killed + self.timed_out + self.survived

    @property
    def share(self) -> float:
        return 100 * (self.killed + self.timed_out) / self.mutants if self.mutants else 100.0

    def text(self) -> str:
        numbers = (self.made, self.mutants, self.killed, self.timed_out, self.survived)
        share = f"{self.share:.1f} %" if self.mutants else "not tried"
        return f"| {self.name} | {' | '.join(map(str, numbers))} | {share} |"


def report(made: dict[str, list[Mutant]]) -> int:
    """Print the table of everything that was tried so far, and write it into the page, and the survivors beside it."""
    known = results.known()
    blocks: list[str] = []
    low = False
    survivors: list[str] = []
    for scope in SCOPES:
        mutants = made.get(scope.name)
        if not mutants:
            continue
        total, files = _lines(f"**{scope.title}**", mutants, known)
        blocks += [total.text(), *(line.text() for line in files)]
        low |= total.share < ENOUGH
        survivors += _survivors(mutants, known)
    head = (
        "| | made | tried | killed | timed out | survived | share |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    )
    table = "\n".join([head, *blocks])
    SURVIVORS.write_text("\n\n".join(survivors) + "\n")
    print(f"{table}\n\nSurvivors: {SURVIVORS.relative_to(ROOT)}")
    words = f"Run of {time.strftime('%Y-%m-%d')}, `{_command()}`.\n\n{table}\n"
    if PAGE.exists():
        PAGE.write_text(TABLE.sub(lambda _old: words, PAGE.read_text()))
    return int(low)


def _command() -> str:
    given = [f"{name}={os.environ[name]}" for name in ("SAMPLE", "SEED") if os.environ.get(name)]
    return " ".join(["make mutants", *given])


def _lines(title: str, mutants: list[Mutant], known: dict[str, results.Result]) -> tuple[Line, list[Line]]:
    total, by_path = Line(title), {mutant.path: Line(f"`{_short(mutant.path)}`") for mutant in mutants}
    for mutant in mutants:
        total.made += 1
        by_path[mutant.path].made += 1
        result = known.get(mutant.key)
        if result is None or result.verdict in {results.SAME, results.COLD}:
            continue
        for line in (total, by_path[mutant.path]):
            line.killed += result.verdict == results.KILLED
            line.timed_out += result.verdict == results.TIMEOUT
            line.survived += result.verdict == results.SURVIVED
    return total, [line for line in by_path.values() if line.mutants]


def _survivors(mutants: list[Mutant], known: dict[str, results.Result]) -> list[str]:
    alive = [m for m in mutants if m.key in known and known[m.key].verdict == results.SURVIVED]
    within = Counter(f"{_short(m.path)}:{m.where}" for m in alive)
    return [
        f"{_short(m.path)}:{m.where} ({within[f'{_short(m.path)}:{m.where}']}) {known[m.key].by}\n{m.diff()}"
        for m in alive
    ]


def _short(path: str) -> str:
    return path.removeprefix("src/twoyes/")
