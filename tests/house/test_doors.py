"""The floors hold: an import planted where it must not be is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.parts import ROOT

FLOORS, PURE, RULES = "Imports point one floor down", "The protocol is pure", "Who is the same person is pure"
PLANTED = {
    "up": ("lib/planted.py", "import twoyes.people.front", FLOORS),
    "sideways": ("web/planted.py", "import twoyes.cli", FLOORS),
    "through the wall": ("mail/planted.py", "import twoyes.people.models", "Others enter people"),
    "past the protocol": (
        "web/planted.py",
        "import twoyes.introductions.models",
        "Others enter introductions",
    ),
    "a framework in the protocol": ("introductions/protocol/planted.py", "import django.db", PURE),
    "a framework by a detour": ("introductions/protocol/planted.py", "import twoyes.lib.store", PURE),
    "a framework in the rules": ("network/identity/planted.py", "import django.db", RULES),
    "a room without a floor": ("planted/__init__.py", "", FLOORS),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source that a test may spoil."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANTED)
def test_an_import_that_must_not_be_is_found(house: Path, kind: str) -> None:
    name, words, told = PLANTED[kind]
    planted = house / "src" / "twoyes" / name
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f"{words}\n")
    try:
        lint = subprocess.run(
            [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
            cwd=house,
            env={**os.environ, "PYTHONPATH": str(house / "src")},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        planted.unlink()
        if not any(planted.parent.iterdir()):
            planted.parent.rmdir()
    contracts = [line for line in lint.stdout.splitlines() if line.startswith(told)]
    assert any("BROKEN" in line for line in contracts), lint.stdout
    assert "planted" in lint.stdout
