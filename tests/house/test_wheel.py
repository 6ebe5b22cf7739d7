"""What is built is whole: the words, lists and pages that the code reads at run time are in the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.support.parts import ROOT


def test_the_wheel_holds_every_file_that_stands_beside_the_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as built:
        inside = set(built.namelist())
    listed = subprocess.run(["git", "ls-files", "-z", "src"], cwd=ROOT, check=True, capture_output=True, text=True)
    beside = {name.removeprefix("src/") for name in listed.stdout.split("\0") if name}
    assert beside - inside == set()
    assert {Path(name).suffix for name in inside} >= {".py", ".html", ".txt", ".toml", ".mo", ".css"}
