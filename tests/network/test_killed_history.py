"""An import that is killed at any point and run again leaves the rows, people and counts of an unbroken one."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network.histories import CORA, lay
from tests.support.parts import ROOT

# Small chunks, so that a small mailbox has many points to be killed at. The timer counts what the import itself
# computes, whatever else goes on, and its signal ends a process as SIGKILL does.
_CLI = """
import signal, sys, time
import django
django.setup()
from twoyes.network import importing, walking
walking.MOST_MESSAGES, importing.MUCH, seconds = int(sys.argv.pop(1)), int(sys.argv.pop(1)), float(sys.argv.pop(1))
carry = importing.carry
def timed(*args, **kwargs):
    signal.setitimer(signal.ITIMER_PROF, seconds)
    began = time.process_time()
    carry(*args, **kwargs)
    signal.setitimer(signal.ITIMER_PROF, 0)
    print("took", time.process_time() - began, file=sys.stderr)
importing.carry = timed
from twoyes.cli import main
main()
"""
_DUMP = """
import json, os, sys
import django
django.setup()
from twoyes.lib import sealing
from twoyes.network import log, naming
from twoyes.network.models import HistoryJob, Identity, LogPart, Source
from twoyes.people import front as people
cora = people.connector_by_handle("cora").id
rows = log.opened(cora).drop("source").to_pyarrow().to_pylist()
told = {
    "rows": sorted([list(row.values()) for row in rows]),
    "people": sorted(
        [sealing.get(one, "address"), naming._counted(one), one.seen_first, one.seen_last, one.wrote_to]
        for one in Identity.objects.all()
    ),
    "cards": sorted(card.name for card in people.find(cora, "", limit=100_000)),
    "jobs": [[one.state, one.taken, one.left_out, one.problem_count] for one in HistoryJob.objects.all()],
    "counted": [sum(part.rows for part in LogPart.objects.all()), Source.objects.get().messages],
}
print(json.dumps(told))
"""


class House:
    """A house with one connector, whose commands are processes of their own."""

    def __init__(self, place: Path, key_place: Path, chunk: int, *, alone: bool) -> None:
        place.mkdir(exist_ok=True)
        own = {"TWOYES_DATA": place / "data", "XDG_CONFIG_HOME": key_place, "XDG_STATE_HOME": place / "state"}
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        env |= {name: str(folder) for name, folder in own.items()}
        self.env = env | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "DJANGO_SETTINGS_MODULE": "twoyes.settings"}
        self.chunk, self.much = chunk, 1 << 60 if alone else 0
        assert self.run("connector", "add", CORA, "--name", "Cora Lund", "--handle", "cora").returncode == 0

    def run(self, *words: str, killed_after: float = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", _CLI, str(self.chunk), str(self.much), str(killed_after), *words]
        return subprocess.run(command, env=self.env, check=False, capture_output=True, text=True)

    def bring(self, path: Path, killed_after: float = 0) -> float:
        """Import; return the seconds that it took, and less than none where it was killed."""
        done = self.run("import", "history", str(path), "--owner", "cora", "--json", killed_after=killed_after)
        assert done.returncode in ({0, -signal.SIGPROF} if killed_after else {0}), done.stderr
        return float(done.stderr.split()[-1]) if not done.returncode else -1

    def told(self) -> dict[str, object]:
        """Everything that an import leaves, in one order."""
        done = subprocess.run([sys.executable, "-c", _DUMP], env=self.env, check=True, capture_output=True)
        found: dict[str, object] = json.loads(done.stdout)
        return found


def compare(place: Path, *, messages: int, body: int, chunk: int, kills: int, alone: bool = False) -> None:
    """Import a mailbox once unbroken by one process, and once killed at random points by it or by two; compare."""
    path = lay(place / "Sent.mbox", messages, body=body)
    whole = House(place / "whole", place / "keys", chunk, alone=True)
    took = whole.bring(path)
    broken = House(place / "broken", place / "keys", chunk, alone=alone)
    chance = random.Random(7)
    killed = sum(broken.bring(path, chance.uniform(0.02, 1.2 / kills) * took) < 0 for _kill in range(kills))
    assert killed > kills // 2, "it was over before"
    broken.bring(path)
    expected, found = whole.told(), broken.told()
    for name, value in expected.items():
        assert found[name] == value, name


@pytest.mark.slow(30)
@pytest.mark.parametrize("alone", [True, False], ids=["one process", "two processes"])
def test_a_killed_import_goes_on_and_leaves_what_an_unbroken_one_leaves(tmp_path: Path, alone: bool) -> None:
    compare(tmp_path, messages=2_000, body=200, chunk=100, kills=3, alone=alone)


@pytest.mark.slow(120)
@pytest.mark.skipif("TWOYES_MAIL_MB" not in os.environ, reason="set TWOYES_MAIL_MB=1024 for the whole figure")
def test_ten_kills_in_a_large_mailbox_leave_what_an_unbroken_import_leaves(tmp_path: Path) -> None:
    messages = int(os.environ["TWOYES_MAIL_MB"]) * 200
    compare(tmp_path, messages=messages, body=4_600, chunk=5_000, kills=10)
