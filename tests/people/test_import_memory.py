"""Ten times as many people need hardly more memory: nothing but a chunk is ever held. `bench` has the whole figures."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.address_books import KINDS
from tests.support.parts import ROOT

FEW, MANY = 1_000, 10_000
_CHILD = """
import json, sys
import django
django.setup()
from twoyes.lib import store
from tests.support import memory
from twoyes.people import front
store.prepare()
cora = front.connector_by_handle("cora") or front.add_connector("c@c.example", name="Cora Lund", handle="cora")
if not sys.argv[1:]:
    sys.exit()
report = front.import_contacts(cora.id, sys.argv[1], name="file", dry_run=True)
print(json.dumps([report.added, memory.most()]))
"""


def peak(place: Path, kind: str, people: int) -> float:
    """The most memory that a rehearsal of an import needed, in a process of its own."""
    file = place / f"{kind}-{people}"
    with file.open("w", encoding="utf-8", newline="") as out:
        out.writelines(KINDS[kind](people))
    own = {"TWOYES_DATA": "var", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state"}
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {name: str(place / folder) for name, folder in own.items()}
    env |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "DJANGO_SETTINGS_MODULE": "twoyes.settings"}
    command = [sys.executable, "-c", _CHILD]
    # Migrating a new store needs more memory than anything here, so that is done before.
    subprocess.run(command, env=env, check=True)
    done = subprocess.run([*command, str(file)], env=env, check=True, capture_output=True, text=True)
    added, most = json.loads(done.stdout.splitlines()[-1])
    assert added == (people // 2 if kind == "linkedin_messages" else people)
    return float(most)


@pytest.mark.slow(20)
@pytest.mark.parametrize("kind", ["linkedin", "linkedin_messages"])
def test_ten_times_as_many_people_need_at_most_a_fifth_more_memory(tmp_path: Path, kind: str) -> None:
    few, many = peak(tmp_path, kind, FEW), peak(tmp_path, kind, MANY)
    assert many <= 1.2 * few, f"{few / 1024:.0f} MB for {FEW}, {many / 1024:.0f} MB for {MANY}"
