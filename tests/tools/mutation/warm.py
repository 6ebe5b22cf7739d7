"""Changes inside functions: one pytest session, everything set up, which forks for each mutant.

First every test runs once, and the lines that it runs are noted; then each mutant meets the tests that run its lines,
the quickest first, in a child with its own copy of the database.
"""

from __future__ import annotations

import functools
import gc
import json
import math
import os
import re
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from tests.tools.mutation import children, results
from tests.tools.mutation.making import Mutant
from tests.tools.mutation.scopes import PLACE
from tests.tools.mutation.swapping import Functions

TOO_MUCH = ("browser", "postgres", "mailservers", "corpus", "slow")
# What takes longer (seconds) kills little that the others leave, and every survivor would have to wait for it.
SLOWEST = 1.5
LOADED_EARLY = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
# So many seconds of its tests a mutant meets at most, the likeliest first. A survivor may thus be one that a longer
# look would kill, which is why survivors that are tried again get one.
BUDGET = float(os.environ.get("LOOK") or (30 if os.environ.get("AGAIN") else 6))
SECONDS = PLACE / "seconds.json"


class Session:
    """The plugin. `tell` hears of each result."""

    def __init__(self, tree: Path, mutants: list[Mutant], tell: Callable[[results.Result], None]) -> None:
        self.tree, self.mutants, self.tell = tree, mutants, tell
        self.paths = {str(tree / mutant.path) for mutant in mutants}
        self.lines: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.seconds: dict[int, float] = {}
        self.kills: dict[str, Counter[str]] = defaultdict(Counter)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not any(item.get_closest_marker(name) for name in TOO_MUCH)]
        for item in items:
            calm(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.session = session
        self._look(session)
        self.functions = Functions(Path(path) for path in self.paths)
        self.database = _database()
        self._run()
        return True

    def _look(self, session: pytest.Session) -> None:
        """Run each test once and note the lines that it runs; one that fails already takes no part."""
        watch = _Watch(self.paths)
        caches = _caches(self.paths)
        for n, item in enumerate(session.items):
            # What another test left in a cache, this one would otherwise seem not to run.
            for cache in caches:
                cache.cache_clear()
            began = time.process_time()
            watch.restart()
            reports = runtestprotocol(item, log=False, nextitem=session)  # type: ignore[arg-type]  # keeps its fixtures
            self.seconds[n] = time.process_time() - began
            if not all(report.outcome == "passed" for report in reports):
                if any(report.failed for report in reports):
                    print(f"fails without any change: {item.nodeid}", file=sys.__stderr__)
                    self.seconds[n] = math.inf
                continue
            for place in watch.seen:
                self.lines[place].add(n)
        watch.stop()
        told = {name(item): self.seconds[n] for n, item in enumerate(session.items)}
        SECONDS.write_text(json.dumps({**durations(), **told}))
        for path in {mutant.path for mutant in self.mutants}:
            ran = {line: found for (each, line), found in self.lines.items() if each == str(self.tree / path)}
            by_line = {line: sorted(name(session.items[n]) for n in found) for line, found in ran.items()}
            _users(path).write_text(json.dumps(by_line))
        total = sum(seconds for seconds in self.seconds.values() if seconds < SLOWEST)
        print(f"{len(session.items)} tests, {total:.0f} s of processor time", file=sys.__stderr__)

    def _tests(self, mutant: Mutant) -> list[int]:
        path = str(self.tree / mutant.path)
        found = {n for line in mutant.lines for n in self.lines.get((path, line), ()) if self.seconds[n] < SLOWEST}
        kills = self.kills[mutant.path]
        ordered = sorted(found, key=lambda n: (0.02 + self.seconds[n]) / (1 + kills[self.session.items[n].nodeid]))
        chosen, spent = [], 0.0
        for n in ordered:
            spent += self.seconds[n]
            if spent < BUDGET:
                chosen.append(n)
        return chosen

    def _run(self) -> None:
        def jobs() -> Iterator[children.Job]:
            for mutant in self.mutants:
                tests = self._tests(mutant)
                if tests:
                    yield children.Job(mutant, sum(self.seconds[n] for n in tests))
                else:
                    self.tell(results.note(mutant, results.SURVIVED, 0.0, "no test runs it"))

        def heard(result: results.Result) -> None:
            self.kills[result.key.partition("|")[0]][result.by] += 1
            self.tell(result)

        children.run(jobs(), self._meet, heard)

    def _meet(self, mutant: Mutant, place: Path) -> int:
        """In the child: put the change in and run the tests until one fails."""
        path = self.tree / mutant.path
        swapped = self.functions.swap(path, mutant.tree.code, mutant.source())
        if swapped is not True:
            return children.NO_CHANGE if swapped is False else children.NEEDS_COLD
        self._settle(place)
        for n in self._tests(mutant):
            item = self.session.items[n]
            reports = runtestprotocol(item, log=False, nextitem=self.session)  # type: ignore[arg-type]
            if any(report.failed for report in reports):
                (place / "by").write_text(item.nodeid)
                return children.FAILED
        return children.PASSED

    def _settle(self, place: Path) -> None:
        """A directory and a database of the child's own."""
        self.session.config._tmp_path_factory._basetemp = place  # type: ignore[attr-defined]
        if self.database is not None:
            from django.db import connection

            copy = place / "test.sqlite3"
            shutil.copyfile(self.database, copy)
            connection.settings_dict["NAME"] = str(copy)


def run(tree: Path, tests: list[str], mutants: list[Mutant], tell: Callable[[results.Result], None]) -> None:
    """Run one session in this process, which nothing else should be asked of afterwards."""
    # A scene that is put back from memory runs nothing of what was changed.
    os.environ |= {"CI": "1", "TWOYES_SCENES": "build"}
    os.chdir(tree)
    options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(tree), *LOADED_EARLY]
    ended = pytest.main([*options, "-c", str(tree / "pyproject.toml"), *tests], plugins=[Session(tree, mutants, tell)])
    if ended not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}:
        raise RuntimeError(f"the session broke off ({ended!r}); see mutants/session.log")


def durations() -> dict[str, float]:
    """How long each test took when it last ran here, by the name that `name` gives it."""
    return dict(json.loads(SECONDS.read_text())) if SECONDS.exists() else {}


def users(tree: Path, path: str, word: str = "") -> set[str]:
    """The tests that were seen to run a function of the file, by `name`; with `word` a line with that word in it."""
    place = _users(path)
    if not place.exists():
        return set()
    text = (tree / path).read_text().splitlines()
    by_line: dict[str, list[str]] = json.loads(place.read_text())
    wanted = [found for line, found in by_line.items() if re.search(rf"\b{word}\b", text[int(line) - 1])]
    return {name for found in wanted for name in found}


def _users(path: str) -> Path:
    return PLACE / f"{path.replace('/', '.')}.lines.json"


def name(item: pytest.Item) -> str:
    """File and test, the same in a session with another root."""
    return f"{item.path.name}::{item.name}"


def calm(item: pytest.Item) -> None:
    """Let hypothesis look less long, and not for the smallest example: that a test fails is all we want to know."""
    phases = (Phase.explicit, Phase.generate)
    function: Any = getattr(item, "obj", None)
    case: Any = getattr(item, "cls", None)
    if case is not None and isinstance(getattr(case, "settings", None), settings):
        case.settings = settings(case.settings, max_examples=25, phases=phases)
    elif getattr(function, "is_hypothesis_test", False):
        own = function._hypothesis_internal_use_settings
        most = min(own.max_examples, 100)
        function._hypothesis_internal_use_settings = settings(own, max_examples=most, phases=phases)


def _caches(paths: set[str]) -> list[Any]:
    """The caches around functions of these files."""
    found = [each for each in gc.get_objects() if type(each) is functools._lru_cache_wrapper]
    return [each for each in found if getattr(each.__wrapped__, "__code__", _caches.__code__).co_filename in paths]


def _database() -> Path | None:
    """The store that the session set up, closed, so that children may copy it."""
    if "django.db" not in sys.modules:
        return None
    from django.db import connections

    name = Path(str(connections["default"].settings_dict["NAME"]))
    connections.close_all()
    return name if name.exists() else None


class _Watch:
    """Which lines of some files run, by sys.monitoring: each line is told of once, so that little time is lost."""

    def __init__(self, paths: set[str]) -> None:
        self._paths = paths
        self.seen: set[tuple[str, int]] = set()
        self._tool = sys.monitoring.COVERAGE_ID
        sys.monitoring.use_tool_id(self._tool, "mutants")
        sys.monitoring.register_callback(self._tool, sys.monitoring.events.LINE, self._line)
        sys.monitoring.set_events(self._tool, sys.monitoring.events.LINE)

    def _line(self, code: CodeType, line: int) -> object:
        if code.co_filename in self._paths:
            self.seen.add((code.co_filename, line))
        return sys.monitoring.DISABLE

    def restart(self) -> None:
        self.seen = set()
        sys.monitoring.restart_events()

    def stop(self) -> None:
        sys.monitoring.set_events(self._tool, 0)
        sys.monitoring.free_tool_id(self._tool)
