"""Runs spin over a model, and reads which transitions a model names."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.support.parts import ROOT

MODELS = ROOT / "models"
SHARED = ROOT.parent / "shared" / "models"


def holds(model: Path, flags: str, place: Path, *, ltl: bool = False) -> bool:
    """Search the whole state space of a model; return whether nothing that it asserts is ever broken."""
    search = ["-a"] if ltl else []
    options = ["-DCOLLAPSE"] if ltl else ["-DSAFETY", "-DCOLLAPSE"]
    _run(place, "spin", "-a", *flags.split(), str(model))
    _run(place, "gcc", "-O1", "-w", *options, "-o", "pan", "pan.c")
    printed = _run(place, "./pan", *search, "-m200000", "-n")
    found = re.search(r"errors: (\d+)", printed)
    assert found, printed
    assert "max search depth too small" not in printed
    return found[1] == "0"


def _run(place: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=place, check=True, capture_output=True, text=True, timeout=120)
    return done.stdout


def moves(model: Path) -> set[tuple[str, str, str]]:
    """Return the changes of a letter's row that a model names: who makes it, from where, to where."""
    found = re.findall(r"\bMOVE\((\w+), (\w+), (\w+), ", _body(model))
    return {(by, old, new) for by, old, new in found}


def steps(model: Path) -> set[tuple[str, str, str, str]]:
    """Return the lines of the table that a model names, each state for itself: row, event, from, to."""
    text = model.read_text()
    groups = {
        name: re.findall(r"s == (\w+)", states) for name, states in re.findall(r"#define IS_(\w+)\(s\) (.+)", text)
    }
    groups["any"] = sorted(states(model))
    found = re.findall(r"\bGO\((\w+), (\w+), (\w+), (\w+), ", _body(model))
    return {
        (row, event, state, state if to == "same" else to) for row, event, group, to in found for state in groups[group]
    }


def states(model: Path) -> set[str]:
    """Return the states of an introduction that a model knows."""
    return set(re.findall(r"#define TO_(\w+) (?!st\b|was\b)\w+", model.read_text()))


def _body(model: Path) -> str:
    """Return what stands below the definitions."""
    return re.sub(r"(?m)^#define .*$", "", model.read_text())
