"""The index works where neither the package's folder nor a home can be written to (numba keeps compiled code)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import twoyes
from twoyes.network.warm import caching

SEARCH = """
import os, sys
from pathlib import Path
import numpy as np
from twoyes.network import WarmIndex
from twoyes.network.warm import caching
one, other, strength = np.array([0, 1]), np.array([1, 2]), np.array([1.0, 0.5])
index = WarmIndex.build(one, other, strength, Path(sys.argv[1]), nodes=3)
print(index.warm_paths(0, 2, 3, 2)[0].nodes, Path(caching.__file__).parent, os.environ.get("NUMBA_CACHE_DIR", ""))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package in which nothing can be cached: a file stands where the folder would be made."""
    source, copy = Path(twoyes.__file__).parent, tmp_path / "site" / "twoyes"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "web", "locale"))
    for folder in [copy, *(path for path in copy.rglob("*") if path.is_dir())]:
        (folder / "__pycache__").write_text("")
    return copy.parent


def search(package: Path, tmp_path: Path, **more: str) -> tuple[str, str, str]:
    """Build and search an index in a process of its own, without a home; return path, package and cache folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "XDG_", "PYTHON"))}
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    env = {**kept, "HOME": f"{blocked}/home", "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", **more}
    words = [sys.executable, "-c", SEARCH, str(tmp_path / "index")]
    done = subprocess.run(words, env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    nodes, _end, rest = done.stdout.strip().partition(") ")
    where, _space, cache = rest.partition(" ")
    return f"{nodes})", where, cache


@pytest.mark.slow(12)
def test_where_the_package_cannot_be_written_to_the_data_directory_keeps_what_was_compiled(
    package: Path, tmp_path: Path
) -> None:
    data = tmp_path / "var"
    nodes, where, cache = search(package, tmp_path, TWOYES_DATA=str(data))
    assert (nodes, where) == ("(0, 1, 2)", str(package / "twoyes" / "network" / "warm"))
    assert Path(cache) == data / "compiled"
    assert list(Path(cache).rglob("*.nbi"))


@pytest.mark.slow(12)
def test_where_not_even_the_data_directory_can_be_written_to_a_temporary_one_does(
    package: Path, tmp_path: Path
) -> None:
    (tmp_path / "room").mkdir()
    blocked = {"TWOYES_DATA": "/dev/null/var", "NUMBA_CACHE_DIR": "/dev/null/cache", "TMPDIR": str(tmp_path / "room")}
    nodes, _where, cache = search(package, tmp_path, **blocked)
    assert nodes == "(0, 1, 2)"
    assert Path(cache).parent == tmp_path / "room"
    assert Path(cache).stat().st_mode & 0o077 == 0


def test_a_folder_that_the_operator_named_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(caching.NAME, str(tmp_path / "mine"))
    caching.prepare()
    assert os.environ[caching.NAME] == str(tmp_path / "mine")


def test_a_package_that_can_be_written_to_keeps_it_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(caching.NAME, raising=False)
    caching.prepare()
    assert (caching.NAME in os.environ) != caching.usable(Path(caching.__file__).parent / "__pycache__")
    monkeypatch.delenv(caching.NAME, raising=False)
