"""What became of each mutant: one JSON line each, appended as it is known, so that a run may be broken off."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.tools.mutation.making import Mutant
from tests.tools.mutation.scopes import PLACE

FILE = PLACE / "results.jsonl"
KILLED, SURVIVED, TIMEOUT, SAME, COLD = "killed", "survived", "timeout", "same", "cold"
DEAD = frozenset({KILLED, TIMEOUT})


@dataclass(frozen=True)
class Result:
    """`same`: the change compiles to the same code, or to none; such a mutant is not counted. `by`: the test."""

    key: str
    verdict: str
    seconds: float
    by: str = ""


def note(mutant: Mutant, verdict: str, seconds: float, by: str = "") -> Result:
    """Append a result to the file of this run."""
    result = Result(mutant.key, verdict, round(seconds, 2), by)
    with FILE.open("a") as results:
        results.write(json.dumps(asdict(result)) + "\n")
    return result


def known(path: Path = FILE) -> dict[str, Result]:
    """The last result of each mutant."""
    if not path.exists():
        return {}
    lines = (json.loads(line) for line in path.read_text().splitlines())
    return {line["key"]: Result(**line) for line in lines}
