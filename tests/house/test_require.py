"""A part that CI requires cannot go missing without the run failing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.parts import PARTS, ROOT
from tests.tools import required

# A marker's part is there in both; the second skips itself all the same.
TESTS = """
import pytest
@pytest.mark.postgres
def test_runs(): ...
@pytest.mark.postgres
def test_skips(): pytest.skip("not today")
def test_of_no_part(): pytest.skip("nobody minds")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A directory with three tests and a configuration of its own."""
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    postgres\n")
    return tmp_path


def run(project: Path, *arguments: str, require: str) -> tuple[int, str]:
    """Run pytest on the project in a process of its own; return its exit code and what it printed."""
    plugins = ["-p", "tests.support.require", "-p", "no:django", "-p", "no:cacheprovider"]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pytest.ini", *plugins, *arguments],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TWOYES_REQUIRE": require,
            "TWOYES_TALLY": "tally",
            "PYTEST_ADDOPTS": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode, told.stdout + told.stderr


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_skipped_test_of_a_required_part_fails_the_run(project: Path, workers: str) -> None:
    code, told = run(project, "-n", workers, require="postgres")
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "part postgres: 1 passed, 1 skipped" in told
    assert json.loads((project / "tally").read_text())["postgres"] == {"passed": 1, "skipped": 1}


@pytest.mark.slow
def test_without_a_requirement_a_skipped_test_fails_nothing(project: Path) -> None:
    assert run(project, require="")[0] == pytest.ExitCode.OK


def test_a_part_that_does_not_exist_is_a_wrong_use(project: Path) -> None:
    code, told = run(project, require="postgres,browsers")
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "browsers" in told


@pytest.mark.parametrize(
    ("counts", "code"),
    [
        ([{"browser": {"passed": 3}}, {"browser": {"passed": 2}}], 0),
        ([{"browser": {"passed": 3}}, {"browser": {"skipped": 1}}], 1),
        ([{"postgres": {"passed": 3}}], 1),
        ([], 1),
    ],
    ids=["ran in both runs", "was skipped in one", "ran in none", "no run at all"],
)
def test_the_sum_of_all_runs_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counts: list[dict[str, dict[str, int]]], code: int
) -> None:
    monkeypatch.setenv("TWOYES_REQUIRE", "browser")
    tally = tmp_path / "tally"
    tally.write_text("".join(json.dumps(count) + "\n" for count in counts))
    assert required.main(tally) == code


def test_the_four_parts_are_those_that_ci_may_name() -> None:
    assert list(PARTS) == ["browser", "postgres", "mailservers", "corpus"]
