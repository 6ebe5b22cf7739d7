"""A mailbox ten times as large needs hardly more memory: nothing but a chunk is ever held."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network.histories import CORA, lay
from tests.support.parts import ROOT

FEW, MANY = 3_000, 30_000
MOST = 300 * 1024
_CHILD = """
import json, sys
from pathlib import Path
import django
django.setup()
from twoyes.lib import store
from twoyes.network.front import import_history
from tests.support import memory
from twoyes.people import front
store.prepare()
cora = front.connector_by_handle("cora") or front.add_connector(sys.argv[1], name="Cora Lund", handle="cora")
if len(sys.argv) > 2:
    done = import_history(cora.id, [Path(sys.argv[2])])
    read = done.taken + sum(done.left_out.values())
    print(json.dumps([read, memory.most(), "pandas" in sys.modules]))
"""


def peak(place: Path, messages: int) -> float:
    """The most kilobytes that an import needed, in a process and a house of its own."""
    place.mkdir()
    file = lay(place / "Sent.mbox", messages)
    own = {"TWOYES_DATA": "var", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state"}
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    env |= {name: str(place / folder) for name, folder in own.items()}
    env |= {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "DJANGO_SETTINGS_MODULE": "twoyes.settings"}
    command = [sys.executable, "-c", _CHILD, CORA]
    # Migrating a new store needs memory of its own, so that is done before.
    subprocess.run(command, env=env, check=True)
    done = subprocess.run([*command, str(file)], env=env, check=True, capture_output=True, text=True)
    read, most, pandas = json.loads(done.stdout.splitlines()[-1])
    assert read == messages
    assert not pandas, "half a second, and sixty megabytes, for nothing that an import needs"
    return float(most)


@pytest.mark.slow(20)
@pytest.mark.case("D16")
def test_ten_times_as_many_messages_need_at_most_a_quarter_more_memory(tmp_path: Path) -> None:
    few, many = peak(tmp_path / "few", FEW), peak(tmp_path / "many", MANY)
    assert many <= 1.25 * few, f"{few / 1024:.0f} MB for {FEW}, {many / 1024:.0f} MB for {MANY}"
    assert many < MOST
