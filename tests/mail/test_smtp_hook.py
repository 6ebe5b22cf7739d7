"""The point of no return stands between 354 and the first byte, and whoever raises there sends nothing."""

import errno
import sqlite3
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.envelopes import ASK, QUICK, Hook, by_smtp, outcome
from tests.support.relay import Relay, Session
from twoyes.lib import faults
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.transport import Abort


def nothing_left(relay: Relay) -> Session:
    """The connection is gone, and after DATA the relay heard not one byte, no QUIT either."""
    session = relay.ended()
    assert relay.taken == []
    assert (session.commands[-1], session.body) == (b"DATA", b"")
    return session


def test_the_hook_is_asked_after_354_and_before_the_first_byte(tmp_path: Path) -> None:
    with Relay(tmp_path / "log") as relay:

        def hook() -> None:
            assert relay.sessions[0].commands[-1] == b"DATA"
            assert relay.sessions[0].body == b""

        assert by_smtp(relay).send(ASK, point_of_no_return=hook).kind == "sent"


@pytest.mark.case("B3")
def test_a_worker_that_lost_its_claim_closes_without_the_dot(tmp_path: Path) -> None:
    with Relay(tmp_path / "log") as relay:
        verdict = by_smtp(relay).send(ASK, point_of_no_return=Hook(Abort()))
        nothing_left(relay)

    assert outcome(verdict) == ("aborted", 0, True, False)


@pytest.mark.case("B7", "B8")
@pytest.mark.parametrize(
    "trouble",
    [
        sqlite3.OperationalError("database is locked"),
        OSError(errno.ENOSPC, "No space left on device"),
        ConnectionResetError("server closed the connection in COMMIT"),
        faults.Crash("the simulator's power cut"),
        KeyboardInterrupt(),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_whatever_the_hook_raises_reaches_the_worker_and_nothing_left(tmp_path: Path, trouble: BaseException) -> None:
    with Relay(tmp_path / "log") as relay:
        with pytest.raises(type(trouble)) as caught:
            by_smtp(relay).send(ASK, point_of_no_return=Hook(trouble))
        nothing_left(relay)

    assert caught.value is trouble


@pytest.mark.case("B7")
def test_the_connection_is_closed_before_the_exception_travels(tmp_path: Path) -> None:
    """At the moment when the caller sees the exception, the relay already sees the end of the connection."""
    with Relay(tmp_path / "log") as relay:
        try:
            by_smtp(relay, replace(QUICK, goodbye=60)).send(ASK, point_of_no_return=Hook(RuntimeError()))
        except RuntimeError:
            assert relay.sessions[0].gone.wait(1)
        nothing_left(relay)


@pytest.mark.case("B4")
def test_a_worker_that_was_stopped_after_the_commit_sends_nothing_any_more(tmp_path: Path) -> None:
    with Relay(tmp_path / "log") as relay:
        quick = replace(QUICK, allowance=0.1)
        verdict = by_smtp(relay, quick).send(ASK, point_of_no_return=lambda: time.sleep(0.15))
        nothing_left(relay)

    assert outcome(verdict) == ("unknown", 0, True, False)


@pytest.mark.case("B4")
def test_a_body_that_takes_too_long_never_gets_its_dot(tmp_path: Path) -> None:
    """A relay that stops reading holds us no longer than the allowance, and the message stays incomplete."""
    letter = replace(ASK, message=ASK.message + (b"y" * 76 + b"\r\n") * 200_000)
    go_on = threading.Event()

    class Sleepy(Session):
        def _data(self) -> None:
            go_on.wait(9)
            super()._data()

    with Relay(tmp_path / "log", session=Sleepy) as relay:
        began = time.monotonic()
        quick = replace(QUICK, allowance=0.3)
        verdict = by_smtp(relay, quick).send(letter, point_of_no_return=Hook())
        assert time.monotonic() - began < 3
        go_on.set()
        assert not relay.ended().complete

    assert outcome(verdict) == ("unknown", 0, True, False)
    assert relay.taken == []


def test_the_fault_points_stand_where_the_grid_expects_them(tmp_path: Path) -> None:
    def points(script: str) -> list[str]:
        seen: list[str] = []
        with Relay(tmp_path / script, script) as relay, faults.intercept(seen.append):
            by_smtp(relay).send(ASK, point_of_no_return=lambda: seen.append("hook"))
        in_memory: list[str] = []
        with faults.intercept(in_memory.append):
            MemoryTransport(lambda _: script).send(ASK, point_of_no_return=lambda: in_memory.append("hook"))
        assert in_memory == seen
        return seen

    assert points("accept") == ["after_354", "hook", "after_dot", "after_250"]
    assert points("refuse_dot") == ["after_354", "hook", "after_dot"]
    assert points("lose_250") == ["after_354", "hook", "after_dot"]
    assert points("refuse_rcpt") == []


@pytest.mark.case("B6")
@pytest.mark.parametrize(("name", "copies"), [("after_354", 0), ("after_dot", 1), ("after_250", 1)])
def test_a_crash_at_a_fault_point_leaves_what_the_protocol_says(tmp_path: Path, name: str, copies: int) -> None:
    def crash(point: str) -> None:
        if point == name:
            raise faults.Crash(point)

    with Relay(tmp_path / "log") as relay:
        with faults.intercept(crash), pytest.raises(faults.Crash):
            by_smtp(relay).send(ASK, point_of_no_return=Hook())
        relay.ended()
    assert len(relay.taken) == copies


def test_the_relay_in_memory_asks_the_same_hook() -> None:
    memory = MemoryTransport()

    assert memory.send(ASK, point_of_no_return=Hook(Abort())).kind == "aborted"
    with pytest.raises(sqlite3.OperationalError):
        memory.send(ASK, point_of_no_return=Hook(sqlite3.OperationalError()))
    assert memory.accepted == []
