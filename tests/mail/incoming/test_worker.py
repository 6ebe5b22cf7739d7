"""A worker as a process takes mail where it says it does, and whatever kills it, no message is lost or doubled."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.mail.incoming.lines import Line
from tests.support.parts import ROOT

PREPARED = """
import django
django.setup()
from twoyes.lib import store
store.prepare()
from twoyes.mail import ours
from twoyes.people import front as people
people.add_connector("{address}", name="Cora Lund", handle="cora")
print(ours.guard_address("cora"))
"""
MESSAGE = b"From: cora@connects.example\r\nMessage-ID: <1@c.example>\r\nSubject: Fwd: meet\r\n\r\nWas I asked?\r\n"


class House:
    """A store of its own, and workers that it lets run."""

    def __init__(self, place: Path, address: str = "cora@connects.example", **more: str) -> None:
        self.place = place
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TWOYES_")}
        kept.pop("DATABASE_URL", None)
        self.around = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "twoyes.settings",
            "TWOYES_DATA": str(place / "var"),
            "XDG_CONFIG_HOME": str(place / "config"),
            "XDG_STATE_HOME": str(place / "state"),
            "PYTHONPATH": str(ROOT / "src"),
            **more,
        }
        self.address = self.run("-c", PREPARED.format(address=address)).strip()

    def run(self, *words: str) -> str:
        done = subprocess.run([sys.executable, *words], env=self.around, capture_output=True, text=True, check=True)
        return done.stdout

    def rows(self) -> list[tuple[str, int, str]]:
        with closing(sqlite3.connect(self.place / "var" / "twoyes.sqlite3")) as store:
            return store.execute("SELECT state, attempts, why FROM mail_inbound").fetchall()

    @contextmanager
    def worker(self, **more: str) -> Iterator[tuple[subprocess.Popen[str], Line]]:
        process = subprocess.Popen(
            [sys.executable, "-m", "twoyes.cli", "worker"],
            env={**self.around, "INBOX_URL": "lmtp://127.0.0.1:0", **more},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            told = re.search(r"lmtp://127\.0\.0\.1:\d+", process.stdout.readline())
            assert told, process.communicate()
            with closing(Line(told[0])) as line:
                yield process, line
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)


def wait_until(house: House, state: str) -> list[tuple[str, int, str]]:
    until = time.monotonic() + 20
    while (rows := house.rows()) and rows[0][0] != state and time.monotonic() < until:
        time.sleep(0.1)
    return rows


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.slow(6)
@pytest.mark.case("B22")
def test_killed_between_keeping_a_message_and_saying_so_it_is_sent_again_and_kept_once(house: House) -> None:
    with house.worker(TWOYES_FAULT="after_kept:kill") as (process, line):
        assert line.bring([house.address], MESSAGE) == [""]
        assert process.wait(20) == -signal.SIGKILL
    assert [row[0] for row in house.rows()] == ["waiting"]
    with house.worker() as (process, line):
        assert line.bring([house.address], MESSAGE) == ["250 2.0.0 Kept"]
        assert wait_until(house, "done") == [("done", 1, "")]
    assert process.returncode == 0


@pytest.mark.slow(6)
@pytest.mark.case("B24")
def test_killed_after_a_try_was_counted_or_after_the_act_nothing_is_done_twice(house: House) -> None:
    with house.worker(TWOYES_FAULT="after_acted:kill") as (process, line):
        line.bring([house.address], MESSAGE)
        assert process.wait(20) == -signal.SIGKILL
    assert house.rows() == [("done", 1, "")]
    with house.worker(TWOYES_FAULT="after_counted:kill") as (process, line):
        line.bring([house.address], MESSAGE.replace(b"<1@", b"<2@"))
        assert process.wait(20) == -signal.SIGKILL
    assert sorted(house.rows()) == [("done", 1, ""), ("waiting", 1, "")]
