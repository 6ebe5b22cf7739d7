"""Changes of what runs on import: each in a fork that has loaded everything but Twoyes and the tests."""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType

import pytest

from tests.tools.mutation import children, results, warm
from tests.tools.mutation.making import Mutant
from tests.tools.mutation.scopes import Scope, files

# What takes long to load and is the same for every mutant.
LOADED = (
    *("hypothesis", "hypothesis.stateful", "hypothesis.strategies", "_hypothesis_pytestplugin", "xml.dom.minidom"),
    *("django.test", "django.db.models", "pytest_django.plugin", "email_validator"),
    *("cryptography.hazmat.primitives.ciphers.aead", "idna", "sqlite3", "smtplib", "email.mime.text", "aiosmtpd.smtp"),
    *("django.core.management.commands.migrate", "django.db.backends.sqlite3.base", "psycopg", "certifi"),
)
PURE = ("--noconftest", "-c", os.devnull, "-p", "no:django", "-W", "ignore", "--import-mode=importlib")


def load() -> None:
    """Load what every child needs."""
    for name in LOADED:
        with suppress(ImportError):
            importlib.import_module(name)


# A test that takes longer waits until every quicker one has passed.
LONG = 0.4


class Cold:
    """The tests of a scope, file by file: those that kill most in a second come first, long tests last."""

    def __init__(self, tree: Path, scope: Scope, tests: list[str]) -> None:
        self.tree, self.scope = tree, scope
        self.seconds = warm.durations()
        self._kills: Counter[str] = Counter(dict.fromkeys(tests, 1))

    def run(self, mutants: list[Mutant], tell: Callable[[results.Result], None]) -> None:
        """Let each mutant meet them."""

        def heard(result: results.Result) -> None:
            if result.by in self._kills:
                self._kills[result.by] += 1
            tell(result)

        children.run([children.Job(mutant, 20.0) for mutant in mutants], self._meet, heard)

    def _groups(self, users: set[str]) -> Iterator[tuple[list[str], bool]]:
        """Several runs in one process share the modules; Django's setup must not be repeated, so it gets one run."""
        if not self.scope.pure:
            names = {name.partition("::")[0] for name in users}
            yield [file for file in self._kills if Path(file).name in names] or [*self._kills], True
            return
        cost: Counter[str] = Counter()
        for name, seconds in self.seconds.items():
            cost[name.partition("::")[0]] += 1 + (int(1000 * seconds) if seconds < LONG else 0)
        for file in sorted(self._kills, key=lambda file: (100 + cost[Path(file).name]) / self._kills[file]):
            yield [file], False
        yield [*self._kills], True

    def _users(self, mutant: Mutant) -> set[str]:
        """The tests that run lines with the changed name in them, or else those that run anything of the file."""
        paths = files(self.tree, self.scope)
        named = {test for path in paths if mutant.name for test in warm.users(self.tree, path, mutant.name)}
        return named or warm.users(self.tree, mutant.path)

    def _meet(self, mutant: Mutant, place: Path) -> int:
        path = self.tree / mutant.path
        try:
            code = compile(mutant.source(), str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return children.NO_CHANGE
        _put(path, code)
        os.environ.update(CI="1", TMPDIR=str(place))
        os.environ.pop("TWOYES_TEST_HOME", None)
        os.chdir(self.tree)
        options = [*(PURE if self.scope.pure else ("-c", str(self.tree / "pyproject.toml"))), "--rootdir"]
        options += [str(self.tree), "-x", "-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "--basetemp"]
        options += [str(place / "t"), *warm.LOADED_EARLY]
        users = set() if self.scope.pure else self._users(mutant)
        for group, long in self._groups(users):
            ended = pytest.main([*options, *group], plugins=[_Order(self.seconds, users, long=long)])
            if ended not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
                (place / "by").write_text(group[0] if len(group) == 1 else "a long one")
                return children.FAILED
        return children.PASSED


class _Order:
    """The same tests, as short, as in the warm session; `long` adds those that take long, quick ones first."""

    def __init__(self, seconds: dict[str, float], users: set[str], *, long: bool) -> None:
        self.seconds, self.users, self.long = seconds, users, long

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        def took(item: pytest.Item) -> float:
            return self.seconds.get(warm.name(item), 0.0)

        fit = [item for item in items if not any(item.get_closest_marker(name) for name in warm.TOO_MUCH)]
        fit = [item for item in fit if took(item) < (warm.SLOWEST if self.long else LONG)]
        if self.users:
            fit = [item for item in fit if warm.name(item) in self.users]
        fit, spent = sorted(fit, key=took) if self.long else fit, 0.0
        items[:] = []
        for item in fit:
            spent += took(item)
            if spent < warm.BUDGET:
                items.append(item)
        for item in items:
            warm.calm(item)


def _put(path: Path, code: CodeType) -> None:
    """Let the next import of this file get this code."""
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> CodeType | None:
        return code if self.path == str(path) else original(self, fullname)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    sys.dont_write_bytecode = True
