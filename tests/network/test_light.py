"""What reads histories is heavy, and is loaded by nobody who only shows a page."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.parts import ROOT

HEAVY = ("numpy", "numba", "pandas", "pyarrow", "duckdb", "ibis")


def test_pages_and_front_doors_load_nothing_heavy() -> None:
    told = (
        "import django, sys; django.setup(); import twoyes.web.urls, twoyes.network.front;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "twoyes.settings"}
    done = subprocess.run([sys.executable, "-c", told], env=env, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
