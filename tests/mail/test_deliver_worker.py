"""The worker as a process: it stops when told, finishes what has passed, and takes nothing into the next life."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connections
from pytest_django import Settings

from tests.support.cast import Cast
from tests.support.relay import Relay, taken
from twoyes.lib.errors import Refused
from twoyes.mail.front import Stop, worker
from twoyes.mail.outgoing import claims, working
from twoyes.mail.outgoing.memory import MemoryTransport

PREPARED = """
import django
django.setup()
from twoyes.lib import store
store.prepare()
from twoyes.people import front as people
from twoyes.introductions import front as introductions
from twoyes.lib import clock
cora = people.add_connector("cora@connects.example", name="Cora Lund", handle="cora")
fields = {name: "I lead blade maintenance and read the paper of 2024 on erosion." for name in
          ("target", "about_me", "why_them", "why_now", "benefit", "ask", "homework")}
for number in range(3):
    introductions.request(cora.id, {**fields, "name": "Rita Holm", "email": f"rita{number}@asks.example"},
                          now=clock.now(), door="test")
"""
WORKING = """
import signal
import django
django.setup()
from twoyes.mail.front import Stop, worker
stop = Stop()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
print("ready", flush=True)
worker(stop)
print("stopped", flush=True)
"""


def surroundings(place: Path, **more: str) -> dict[str, str]:
    """The environment of a process with a store and keys of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TWOYES_")}
    kept.pop("DATABASE_URL", None)
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "twoyes.settings",
        "TWOYES_DATA": str(place / "var"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
        **more,
    }


def start(code: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(code: str, environment: dict[str, str]) -> int:
    """Run a process to its end; return how it ended."""
    process = start(code, environment)
    process.communicate(timeout=60)
    return process.returncode


def wait_for(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.case("B26", "B27")
def test_a_worker_that_is_told_to_stop_finishes_its_letter_and_claims_no_other(tmp_path: Path) -> None:
    log = tmp_path / "relay.log"
    with Relay(log) as relay:
        environment = surroundings(tmp_path, EMAIL_URL=f"smtp://127.0.0.1:{relay.port}", TWOYES_URL="http://t.example")
        assert run(PREPARED, environment) == 0
        # Stopped by its own hand right after the commit of the point of no return, as a slow machine may be.
        process = start(WORKING, {**environment, "TWOYES_FAULT": "after_ponr:stop"})
        wait_for(lambda: relay.sessions)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out.split()) == (0, ["ready", "stopped"]), err
    assert len(taken(log)) == 1
    assert "example" not in err


@pytest.mark.slow
def test_a_killed_worker_leaves_the_rest_to_the_next_one(tmp_path: Path) -> None:
    environment = surroundings(tmp_path)
    assert run(PREPARED, environment) == 0
    assert run(WORKING, {**environment, "TWOYES_FAULT": "after_ponr:kill"}) == -signal.SIGKILL
    process = start(WORKING, environment)
    room = tmp_path / "var" / "postroom"
    wait_for(lambda: room.is_dir() and len(list(room.glob("*.eml"))) == 2)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.split()) == (0, ["ready", "stopped"]), err


@pytest.mark.case("F21")
def test_nothing_is_sent_while_debug_is_on(cast: Cast, settings: Settings) -> None:
    cast.asking()
    settings.DEBUG = True
    relay = MemoryTransport()
    with pytest.raises(Refused, match="DEBUG"):
        worker(Stop(), transport=relay)
    assert relay.accepted == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_survives_rounds_that_fail_and_says_so_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails, done, stop = [True] * 3, threading.Event(), Stop()

    def failing(*_args: object, **_kwargs: object) -> object:
        if fails:
            fails.pop()
            raise OSError("no space left on device for rita@asks.example")
        done.set()
        stop.set()
        raise OSError("again")

    monkeypatch.setattr(working, "one_round", failing)
    monkeypatch.setattr(working, "_LOOK", 0.01)
    worker(stop, transport=MemoryTransport())
    assert done.is_set()
    assert caplog.text.count("A round failed: OSError") == 1
    assert "rita" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_while_the_clock_is_walked_no_worker_claims_and_afterwards_it_does(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.unverified()
    monkeypatch.setattr(working, "_LOOK", 0.02)
    relay, stop = MemoryTransport(), Stop()

    def work() -> None:
        worker(stop, transport=relay)
        connections.close_all()

    with claims.stopped():
        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.3)
        assert relay.accepted == []
    wait_for(lambda: relay.accepted)
    stop.set()
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.mark.slow
def test_a_walk_that_crashed_stops_nobody(tmp_path: Path) -> None:
    hold = "import django; django.setup()\nfrom twoyes.mail.outgoing import claims\nimport time\n"
    hold += "with claims.stopped():\n  print('held', flush=True)\n  time.sleep(60)\n"
    process = start(hold, {**surroundings(tmp_path), "TWOYES_DATA": os.environ["TWOYES_DATA"]})
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with claims.taking_part() as free:
        assert not free
    with pytest.raises(Refused, match="still sending"), claims.stopped(patience=0.1):
        pass
    process.kill()
    process.communicate()
    with claims.taking_part() as free:
        assert free


def test_workers_take_part_together_and_a_walk_waits_for_all_of_them() -> None:
    with claims.taking_part() as one, claims.taking_part() as other:
        assert one
        assert other
        with pytest.raises(Refused), claims.stopped(patience=0.05):
            pass
    with claims.stopped(patience=0.05), claims.taking_part() as late:
        assert not late


def test_whoever_waits_for_a_stop_wakes_up_at_once() -> None:
    stop = Stop()
    assert not stop.wait(0.01)
    threading.Timer(0.05, stop.set).start()
    began = time.monotonic()
    assert stop.wait(10)
    assert time.monotonic() - began < 5
    assert stop.is_set()
    stop.set()
