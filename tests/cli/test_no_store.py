"""A store that cannot be used is told in one sentence, for people and for programs, and never with its password."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "Sesam-7"
NOBODY_THERE = f"postgresql://u:{PASSWORD}@127.0.0.1:1/twoyes"


def twoyes(place: Path, *words: str, store: str = "") -> tuple[int, Any]:
    """Run a command in a process and a place of its own; return its exit status and its JSON."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("TWOYES_")}
    surroundings |= {
        "TWOYES_DATA": str(place / "var"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
        "DATABASE_URL": store,
    }
    words = (sys.executable, "-m", "twoyes.cli", *words, "--json")
    done = subprocess.run(words, env=surroundings, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.case("E22")
@pytest.mark.parametrize(
    ("store", "code"),
    [(f"foo://u:{PASSWORD}@x/y", "bad_database_url"), (NOBODY_THERE, "no_store")],
    ids=["unknown", "down"],
)
def test_a_command_refuses_without_a_store(tmp_path: Path, store: str, code: str) -> None:
    status, said = twoyes(tmp_path, "people", store=store)
    assert (status, said["error"]["code"]) == (1, code)
    assert "DATABASE_URL" in said["error"]["sentence"]


def test_the_doctor_says_which_part_fails(tmp_path: Path) -> None:
    status, said = twoyes(tmp_path, "doctor", store=NOBODY_THERE)
    assert (status, said["checks"][-1]["id"], said["checks"][-1]["status"]) == (1, "store", "fail")
    assert "127.0.0.1" in said["checks"][-1]["sentence"]


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "torn.sqlite3").write_text("garbage")
    status, said = twoyes(tmp_path, "people", store=f"sqlite:///{tmp_path}/torn.sqlite3")
    assert (status, said["error"]["code"]) == (1, "no_store")
    assert "torn.sqlite3" in said["error"]["sentence"]


def test_a_new_store_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        twoyes(tmp_path, "people")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "var" / "twoyes.sqlite3").stat().st_mode) == 0o600
