"""`make mutants`: what the tests would miss. Docs: docs/mutants.md.

SCOPE=protocol,send,verbs,page,policy chooses; SAMPLE=n takes n of each scope (SEED=1); JOBS=2 processes. A run that was
broken off goes on where it was; AGAIN=1 lets the survivors meet new tests (SAMPLE=0: only them), FRESH=1 begins anew.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.tools.mutation import cold, making, reporting, results, scopes, warm
from tests.tools.mutation.making import Mutant
from tests.tools.mutation.scopes import Scope


def main() -> int:
    """Run the scopes one after the other, then write the report. Exit 1 when a scope is below 90 %."""
    scopes.PLACE.mkdir(exist_ok=True)
    if os.environ.get("FRESH"):
        results.FILE.unlink(missing_ok=True)
    os.nice(10)
    tree = scopes.snapshot()
    # The copy comes before the installed package and this checkout.
    sys.path[:0] = [str(tree / "src"), str(tree)]
    cold.load()
    wanted = (os.environ.get("SCOPE") or ",".join(scope.name for scope in scopes.SCOPES)).split(",")
    made: dict[str, list[Mutant]] = {}
    for scope in scopes.SCOPES:
        made[scope.name] = [m for path in scopes.files(tree, scope) for m in making.mutants(tree, path)]
        if scope.name in wanted:
            _run(tree, scope, made[scope.name])
    return reporting.report(made)


def _due(mutants: list[Mutant]) -> list[Mutant]:
    """Those that were chosen and not tried yet; and with AGAIN every one that survived."""
    known = results.known()
    again = bool(os.environ.get("AGAIN"))
    chosen = {mutant.key for mutant in _chosen(mutants)}

    def is_due(mutant: Mutant) -> bool:
        verdict = known[mutant.key].verdict if mutant.key in known else results.COLD
        if verdict == results.SURVIVED:
            return again
        return verdict == results.COLD and mutant.key in chosen

    return [mutant for mutant in mutants if is_due(mutant)]


def _chosen(found: list[Mutant]) -> list[Mutant]:
    if sample := os.environ.get("SAMPLE"):
        numbers = Random(os.environ.get("SEED") or "1").sample(range(len(found)), min(int(sample), len(found)))
        found = [found[n] for n in sorted(numbers)]
    return found


def _run(tree: Path, scope: Scope, mutants: list[Mutant]) -> None:
    due = _due(mutants)
    tests = scopes.tests(tree, scope)
    print(f"{scope.title}: {len(mutants)} mutants, {len(due)} to try, {len(tests)} test files", file=sys.stderr)
    if not tests or not due:
        return
    inside = [m for m in due if not m.outside]
    tell = _teller(scope, len(due))
    if inside:
        _in_a_fork(lambda: warm.run(tree, tests, inside, tell))
    known = results.known()
    cold_ones = [m for m in due if m.outside or (m.key in known and known[m.key].verdict == results.COLD)]
    told = len(due) - len(cold_ones)
    cold.Cold(tree, scope, tests).run(cold_ones, _teller(scope, len(due), told))


def _in_a_fork(work: Callable[[], None]) -> None:
    """A session of pytest loads Twoyes and much else; the next scope must find nothing of it."""
    pid = os.fork()
    if pid == 0:
        try:
            with (scopes.PLACE / "session.log").open("w") as log:
                os.dup2(log.fileno(), 1)
                work()
        except BaseException:  # noqa: BLE001  # told, and the next scope goes on
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.waitpid(pid, 0)


def _teller(scope: Scope, total: int, done: int = 0) -> Callable[[results.Result], None]:
    """Say every few seconds how far it is."""
    counts = {"done": done, "dead": 0, "alive": 0}
    told = time.monotonic()

    def tell(result: results.Result) -> None:
        nonlocal told
        counts["done"] += result.verdict != results.COLD
        counts["dead"] += result.verdict in results.DEAD
        counts["alive"] += result.verdict == results.SURVIVED
        if time.monotonic() - told > 5 or counts["done"] == total:
            told = time.monotonic()
            line = f"  {counts['done']}/{total}  killed {counts['dead']}, survived {counts['alive']}"
            print(f"{time.strftime('%H:%M:%S')} {scope.name} {line}", file=sys.stderr, flush=True)

    return tell


if __name__ == "__main__":
    sys.exit(main())
