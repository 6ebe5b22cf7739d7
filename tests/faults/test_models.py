"""The letter's way out, checked exhaustively by spin, and each of its parts seen to be needed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.parts import ROOT

MODEL = ROOT / "models" / "send.pml"
HOLDS = ("", "-DWORKERS=3", "-DLIES -DSTRICT")
VIOLATED = ("-DNO_PONR", "-DNO_EPOCH", "-DREAP_XMIT", "-DLOSES", "-DNO_GUARD", "-DLIES")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("spin") and shutil.which("gcc")),
        reason="spin and gcc are not installed (Debian: apt-get install spin gcc)",
    ),
]


def errors(flags: str, place: Path) -> int:
    """Search the whole state space of the model; return how many errors the search stopped at."""
    subprocess.run(["spin", "-a", *flags.split(), str(MODEL)], cwd=place, check=True, capture_output=True)
    subprocess.run(["gcc", "-O1", "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"], cwd=place, check=True)
    done = subprocess.run(["./pan", "-m100000", "-n"], cwd=place, check=True, capture_output=True, text=True)
    found = re.search(r"errors: (\d+)", done.stdout)
    assert found, done.stdout
    assert "max search depth too small" not in done.stdout
    return int(found[1])


@pytest.mark.parametrize("flags", HOLDS, ids=lambda flags: flags or "as it is")
@pytest.mark.case("A1", "B1", "B2", "B3", "B5", "B6", "B21")
def test_no_second_copy_exists_in_any_order_of_crashes_reapers_withdrawals_and_restores(
    flags: str, tmp_path: Path
) -> None:
    assert errors(flags, tmp_path) == 0


@pytest.mark.parametrize("flags", VIOLATED)
@pytest.mark.case("B10")
def test_a_second_copy_exists_as_soon_as_one_part_is_taken_away(flags: str, tmp_path: Path) -> None:
    assert errors(flags, tmp_path) == 1
