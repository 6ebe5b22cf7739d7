"""A store is made by whoever comes first, in its own process, and by one of them only."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PREPARE = """
import django
django.setup()
from twoyes.lib import clock, store
from twoyes.lib.models import Installation
first = clock.now()
store.prepare()
row = Installation.the()
print(row.ident, row.generation, store.check_generation(), clock.now() >= first)
"""


def start(place: Path) -> subprocess.Popen[str]:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("TWOYES_")}
    surroundings |= {
        "DJANGO_SETTINGS_MODULE": "twoyes.settings",
        "TWOYES_DATA": str(place / "var"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
    }
    surroundings.pop("DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-c", PREPARE],
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_two_processes_that_start_at_once_make_one_store(tmp_path: Path) -> None:
    both = [start(tmp_path), start(tmp_path)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    lines = {out.strip() for out, _err in said}
    assert len(lines) == 1
    assert lines.pop().endswith(" 1 True True")
    assert {path.name for path in (tmp_path / "var").iterdir()} >= {"twoyes.sqlite3", "secret"}
    assert {path.name for path in (tmp_path / "config" / "twoyes").iterdir()} == {"keys.json"}
