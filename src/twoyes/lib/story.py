"""The told story: a house in use that stands beside this one for as long as somebody looks around in it.

It has a store, keys, a clock and an address of its own, so nothing in it can touch this house. `serve` builds it and
takes it down; the pages only say that it is wanted. Both know of each other by the files named here, and this module
loads no Django, since `serve` does not either.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from twoyes.lib import env

OFFERED, WITHIN, HOME = "_TWOYES_TELLS_STORIES", "_TWOYES_IS_A_STORY", "_TWOYES_HOME"
"""What processes tell their children: a story may be had here; this is one; where the house beside it is."""

_WANTED, _TOLD, _ADDRESS, _FAILED = "wanted", "told", "address", "failed"


@dataclass(frozen=True, slots=True)
class Told:
    """How far the story is told, in steps."""

    steps: int
    of: int


def place() -> Path:
    """Return the directory that holds all of it. Whatever stands there may be thrown away."""
    return env.data_dir() / "story"


def offered() -> bool:
    """Say whether somebody is there to build the house."""
    return os.environ.get(OFFERED) == "1"


def within() -> bool:
    """Say whether this house is the story."""
    return os.environ.get(WITHIN) == "1"


def home() -> str:
    """Return the address of the house beside which this story stands; "" elsewhere."""
    return os.environ.get(HOME, "") if within() else ""


def want() -> None:
    """Ask for the house. Whoever offered it looks for this file."""
    place().mkdir(mode=0o700, exist_ok=True)
    (place() / _FAILED).unlink(missing_ok=True)
    (place() / _WANTED).touch(mode=0o600)


def throw_away() -> None:
    """Ask for the house to be taken down; the files go as soon as nobody lives in them."""
    (place() / _WANTED).unlink(missing_ok=True)


def wanted() -> bool:
    """Say whether the house is asked for."""
    return (place() / _WANTED).exists()


def fail() -> None:
    """Note that the house could not be built, or fell down; it has to be asked for anew."""
    throw_away()
    (place() / _FAILED).touch(mode=0o600)


def failed() -> bool:
    """Say whether the last try failed."""
    return (place() / _FAILED).exists()


def note_told(told: Told, where: Path | None = None) -> None:
    """Say how far the story is told; `where` is the place of the house that waits for it."""
    _write((where or place()) / _TOLD, json.dumps([told.steps, told.of]))


def told() -> Told | None:
    """Return how far the story is told, or None where nobody has said anything yet."""
    try:
        steps, of = json.loads((place() / _TOLD).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return Told(int(steps), int(of))


def note_address(url: str) -> None:
    """Say where the house will be."""
    _write(place() / _ADDRESS, url)


def address() -> str:
    """Return where the house is or will be; "" where there is none."""
    try:
        return (place() / _ADDRESS).read_text("utf-8")
    except FileNotFoundError:
        return ""


def _write(path: Path, content: str) -> None:
    """Write whole or not at all: somebody may be reading."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(content, "utf-8")
    draft.replace(path)
