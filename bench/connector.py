"""A connector with 300,000 mails and 20,000 people: from a mailbox to ties, suggestions and warm paths, step by step.

Each step is a command as a person types it, in a process of its own, in a house of its own: start-up included.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.network import histories
from tests.support.parts import ROOT

MAILS, PEOPLE = 300_000, 20_000

type Rows = list[tuple[str, float | str, str]]


def run() -> Rows:
    """Return what each step took, and all of them."""
    with tempfile.TemporaryDirectory(prefix="twoyes-bench-") as folder:
        place = Path(folder)
        mailbox = _laid(place / "mail.mbox")
        env = {**os.environ, **{name: str(place / name.lower()) for name in _HOUSE}}
        _twoyes(env, "connector", "add", histories.CORA, "--name", "Cora Lund", "--handle", "cora")
        rows: Rows = []
        told = _step(rows, "import and ties, and the path index", env, "import", "history", str(mailbox), "--json")
        rows.append(("mails taken", float(json.loads(told)["taken"]), ""))
        _step(rows, "the path index anew", env, "network", "rebuild", "--owner", "cora")
        _step(rows, "who may be the same person", env, "same", "--json")
        _step(rows, "the first way that is asked for", env, "paths", "--to", "p1@people.example", "--json")
    rows.append(
        (f"all steps, {MAILS:,} mails, {PEOPLE:,} people", sum(float(row[1]) for row in rows if row[2] == "s"), "s")
    )
    return rows


_HOUSE = ("TWOYES_DATA", "XDG_CONFIG_HOME", "XDG_STATE_HOME")


def _laid(path: Path) -> Path:
    """Write a mailbox in which each person writes or is written to at least once, and few do most of it."""
    chance = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        for number in range(MAILS):
            one = number if number < PEOPLE else min(int(chance.paretovariate(0.5)), PEOPLE - 1)
            other = f"{_name(one)} <p{one}@people.example>"
            mine = chance.random() < 0.4
            ends = (f"Cora Lund <{histories.CORA}>", other) if mine else (other, histories.CORA)
            copies = ", ".join(
                f"p{chance.randrange(PEOPLE)}@people.example" for _one in range(chance.choice([0, 0, 1, 3]))
            )
            out.write(histories.mail(*ends, day=number % 2000, cc=copies, ident=f"{number}@m.example"))
    return path


def _name(one: int) -> str:
    """Return a name; of fifty people one shares theirs with somebody, as in life."""
    return f"{_FIRST[one % len(_FIRST)]} {_LAST[(one - 48 * (one % 50 == 0)) // len(_FIRST) % len(_LAST)]}"


_FIRST = [f"{one}{other}" for one in "An Be Ka Li Mo Ro Sa To".split() for other in "na rit lo mas vi ra".split()]
_FAMILY = "Berg Holm Lind Strand Vik Moor Alm Sund Nord West Falk Hag Krog Lund Ros Sten Torn Ude Vang Ask".split()
_ENDINGS = "er gaard mann quist son stad feld haus ing dorf wick ton ley by low gren dal".split()
_LAST = [f"{one}{other}" for one in [f"{a}{b.lower()}" for a in _FAMILY for b in _FAMILY] for other in _ENDINGS]


def _step(rows: Rows, what: str, env: dict[str, str], *words: str) -> str:
    began = time.perf_counter()
    told = _twoyes(env, *words)
    rows.append((what, time.perf_counter() - began, "s"))
    return told


def _twoyes(env: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "twoyes.cli", *words]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
