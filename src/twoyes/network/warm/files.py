"""An index on the disk: a folder for each version, and a note that names the one in force, swapped by rename."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

type Array = Any

VERSION = 2
_CURRENT = "current.json"
_ARRAYS = ("out_at", "out_to", "out_tie", "out_best", "in_at", "in_to", "in_tie", "in_best")


def save(directory: Path, arrays: Sequence[Array], labels: Sequence[Any] | None) -> None:
    """Write a version beside the one that is there, put it in its place by a rename, and delete the old one.

    Whoever has the old one open keeps it: its files live until they are closed.
    """
    directory.mkdir(parents=True, exist_ok=True)
    folder = directory / f"v-{uuid4().hex}"
    folder.mkdir()
    for name, array in zip(_ARRAYS, arrays, strict=True):
        np.save(folder / f"{name}.npy", array)
    if labels is not None:
        (folder / "labels.json").write_text(json.dumps(labels), "utf-8")
    about = {"version": VERSION, "folder": folder.name, "labels": labels is not None}
    note = directory / f"{folder.name}.json"
    note.write_text(json.dumps(about), "utf-8")
    note.replace(directory / _CURRENT)
    for old in directory.glob("v-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def load(directory: Path) -> tuple[list[Array], list[Any] | None]:
    """Map the version in force into memory. Raises FileNotFoundError, or ValueError for one of another version."""
    about = json.loads((directory / _CURRENT).read_text("utf-8"))
    if about.get("version") != VERSION:
        raise ValueError(f"{directory} holds an index of version {about.get('version')}: build it anew")
    folder = directory / about["folder"]
    arrays = [np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS]
    return arrays, json.loads((folder / "labels.json").read_text("utf-8")) if about["labels"] else None
