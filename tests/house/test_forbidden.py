"""Words that may not stand in certain places, because someone would pay for it later."""

import re
from pathlib import Path

import pytest

from tests.support.parts import ROOT
from tests.support.source import PRODUCT, python, tracked

MEGABYTE = 1_000_000
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|farm|home|Users)/\w")
INDEXES = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org")
LOCKS = {"uv.lock", "poetry.lock", "pylock.toml", "package-lock.json"}


def told(pattern: re.Pattern[str]) -> list[str]:
    """`path:line` of each tracked line that matches, but for this file, which must say what it forbids."""
    found = []
    for path in set(tracked()) - {Path(__file__)}:
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    return found


@pytest.mark.case("B13")
def test_rows_are_locked_in_one_module_alone() -> None:
    users = {str(path.relative_to(PRODUCT)) for path in python(PRODUCT) if "select_for_update(" in path.read_text()}
    assert users <= {"lib/locking.py"}


def test_no_file_names_a_path_of_one_machine() -> None:
    assert told(MACHINE) == []


def test_no_file_names_the_host_of_a_package_index() -> None:
    assert told(INDEXES) == []


def test_no_lock_file_that_names_hosts_is_kept() -> None:
    assert [path.name for path in tracked() if path.name in LOCKS] == []


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > MEGABYTE] == []


def test_every_locked_package_has_a_hash_and_an_exact_version() -> None:
    for name in ("base.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text().replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        assert lines
        assert [line.split()[0] for line in lines if "==" not in line or "--hash=sha256:" not in line] == []
