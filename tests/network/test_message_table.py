"""Every message of real mail and of our twins of it is taken or left out, as counted by somebody else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.tools import mail_records
from tests.tools.mail_records import CORPUS, FIXTURES, REASONS, TABLE
from twoyes.network.front import import_history
from twoyes.people import front as people

ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()[1:]]
OURS = [row for row in ROWS if row[0].startswith("fixtures/")]
SHARED = [row for row in ROWS if row[0].startswith("shared/")]
# Broken on purpose, so that more of it may be unreadable.
BROKEN = ("shared/bounces-sisimai/", "shared/parser-flanker/", "shared/replies-talon/")


def held_against(owner: str, folder: Path, rows: list[list[str]]) -> list[str]:
    """Where the importer counts otherwise than the table, file by file."""
    wrong = []
    for name, *counts in rows:
        done = import_history(owner, [folder / name.partition("/")[2]], dry_run=True)
        found = Counter({"taken": done.taken, **done.left_out})
        expected = Counter(dict(zip(REASONS, map(int, counts), strict=True)))
        if found != expected:
            wrong.append(f"{name}: {+found} for {+expected}")
    return wrong


@pytest.fixture
def nobody(db: None, at_home: Path) -> str:
    """An owner who is in none of the mail."""
    return people.add_connector("nobody@nowhere.example", name="Nobody", handle="nobody").id


def test_each_of_our_files_is_accounted_for_to_the_last_message(nobody: str) -> None:
    assert held_against(nobody, FIXTURES, OURS) == []


@pytest.mark.corpus
@pytest.mark.slow(8)
def test_each_real_file_is_accounted_for_to_the_last_message(nobody: str) -> None:
    if not CORPUS.exists():
        pytest.skip("the shared mail is not on this machine")
    assert held_against(nobody, CORPUS, SHARED) == []


def test_the_table_is_what_counting_by_other_means_gives() -> None:
    assert ["\t".join(row).partition("/")[2] for row in OURS] == list(mail_records.rows(FIXTURES))


@pytest.mark.corpus
@pytest.mark.slow(8)
def test_the_table_has_every_shared_file_as_counted() -> None:
    if not CORPUS.exists():
        pytest.skip("the shared mail is not on this machine")
    assert ["\t".join(row).partition("/")[2] for row in SHARED] == list(mail_records.rows(CORPUS))


def test_of_mail_that_is_not_broken_one_in_two_hundred_is_unreadable_at_most() -> None:
    whole = [row for row in SHARED if row[0].endswith("/") and row[0] not in BROKEN]
    found = Counter[str]()
    for _name, *counts in whole:
        found.update(dict(zip(REASONS, map(int, counts), strict=True)))
    assert found.total() > 3_500
    assert found["unreadable"] <= 0.005 * found.total()


def test_our_own_files_have_every_reason() -> None:
    assert {reason for row in OURS for reason, count in zip(REASONS, row[1:], strict=True) if count != "0"} == set(
        REASONS
    )
