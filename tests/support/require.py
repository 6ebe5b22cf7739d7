"""Counts the tests of each part that a machine may lack, and fails the run when a required part was skipped.

A test is of a part when it carries the part's marker. `TWOYES_REQUIRE=browser,postgres` names the parts that
must not be missing; without it a missing part is skipped with its reason. Workers report, the first process
counts.
"""

import json
import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.support import home, parts

PASSED, SKIPPED = "passed", "skipped"


def required() -> list[str]:
    """The parts named by TWOYES_REQUIRE, in its order; raises UsageError for a name that is no part."""
    names = [name.strip() for name in os.environ.get("TWOYES_REQUIRE", "").split(",") if name.strip()]
    if unknown := [name for name in names if name not in parts.PARTS]:
        raise pytest.UsageError(f"TWOYES_REQUIRE names {unknown}; the parts are {', '.join(parts.PARTS)}.")
    return names


def parts_of(item: pytest.Item) -> list[str]:
    """The parts whose marker `item` carries; on PostgreSQL a test for both stores is one of its tests."""
    found = [part for part in parts.PARTS if item.get_closest_marker(part)]
    if "postgres" not in found and home.store() == "postgres" and item.get_closest_marker("both"):
        found.append("postgres")
    return found


class Tally:
    """What became of the tests of each part in this run."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {part: Counter() for part in parts.PARTS}
        self.modules_skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if (report.when == "call" and report.passed) or report.skipped:
            for part in getattr(report, "parts", ()):
                self.counts[part][PASSED if report.passed else SKIPPED] += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.modules_skipped.append(report.nodeid)

    def shortfall(self) -> list[str]:
        """One sentence for each required part that was skipped, in full or in part."""
        missing = [
            f"{part} is required, and {self.counts[part][SKIPPED]} of its tests were skipped."
            for part in required()
            if self.counts[part][SKIPPED]
        ]
        if required() and self.modules_skipped:
            missing.append(f"Whole files were skipped: {', '.join(self.modules_skipped)}.")
        return missing

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if path := os.environ.get("TWOYES_TALLY"):
            with Path(path).open("a") as tally:
                tally.write(json.dumps({part: dict(count) for part, count in self.counts.items()}) + "\n")
        if session.exitstatus == pytest.ExitCode.OK and self.shortfall():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for part in required():
            count = self.counts[part]
            terminalreporter.write_line(f"part {part}: {count[PASSED]} passed, {count[SKIPPED]} skipped")
        for sentence in self.shortfall():
            terminalreporter.write_line(sentence, red=True)


def pytest_configure(config: pytest.Config) -> None:
    required()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(), "twoyes-tally")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for part in parts_of(item):
        if reason := parts.lacking(part):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    # Unknown attributes of a report travel from a worker to the first process as they are.
    report.__dict__["parts"] = parts_of(item)
    return report
