"""Letters in a row share a connection as long as nothing about it is in doubt (B27)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.cast import Cast
from tests.support.envelopes import ASK, QUICK, Hook, by_smtp, numbered, outcome
from tests.support.relay import Relay, Session
from tests.support.relay_scripts import HANG_UP, SCRIPTS, SILENCE, Script
from twoyes.lib import clock, limits
from twoyes.mail.front import Manner, worker
from twoyes.mail.outgoing import smtp
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.pace import Pace
from twoyes.mail.outgoing.transport import Abort, in_a_row
from twoyes.mail.outgoing.working import _Working

pytestmark = pytest.mark.usefixtures("pipelining")

TWO_LETTERS = [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"MAIL", b"RCPT", b"DATA"]


def verbs(session: Session) -> list[bytes]:
    return [command.partition(b" ")[0].upper() for command in session.commands]


@pytest.mark.case("B27")
def test_a_second_letter_goes_over_the_same_connection_after_rset(tmp_path: Path) -> None:
    with Relay(tmp_path / "log") as relay:
        way_out = in_a_row(by_smtp(relay))
        hooks = [Hook(), Hook()]
        for number, hook in enumerate(hooks):
            assert way_out.send(numbered(number), point_of_no_return=hook).kind == "sent"
        assert not relay.sessions[0].gone.is_set()
        way_out.rest()
        assert verbs(relay.ended()) == [*TWO_LETTERS, b"QUIT"]
        assert [one.message_id for one in relay.taken] == ["<ask-0@cora.example>", "<ask-1@cora.example>"]
    assert [hook.times for hook in hooks] == [1, 1]


@pytest.mark.case("B27")
@pytest.mark.parametrize(
    "trouble",
    ["greylist_rcpt", "refuse_rcpt", "refuse_dot", "later_dot", "lose_250", "drop_dot", "garbage_reply", "busy_data"],
)
def test_whatever_is_not_a_plain_sent_ends_the_connection(tmp_path: Path, trouble: str) -> None:
    with Relay(tmp_path / "log", lambda number: "accept" if number else trouble) as relay:
        way_out = in_a_row(by_smtp(relay))
        assert way_out.send(numbered(1), point_of_no_return=Hook()).kind != "sent"
        relay.ended()
        assert way_out.send(numbered(2), point_of_no_return=Hook()).kind == "sent"
        assert len(relay.sessions) == 2
        assert b"RSET" not in verbs(relay.sessions[1])
        way_out.rest()


@pytest.mark.case("B3", "B27")
@pytest.mark.parametrize("raised", [Abort(), OSError("the disk is full"), KeyboardInterrupt()])
def test_a_second_letter_that_may_not_leave_closes_without_the_dot(tmp_path: Path, raised: BaseException) -> None:
    with Relay(tmp_path / "log") as relay:
        way_out = in_a_row(by_smtp(relay))
        assert way_out.send(numbered(1), point_of_no_return=Hook()).kind == "sent"
        with suppress(OSError, KeyboardInterrupt):
            verdict = way_out.send(numbered(2), point_of_no_return=Hook(raised))
            assert outcome(verdict) == ("aborted", 0, True, False)
        session = relay.ended()
        assert (verbs(session), session.body) == (TWO_LETTERS, b"")
        assert len(relay.taken) == 1


@pytest.mark.case("B27")
@pytest.mark.parametrize(
    "reply",
    [
        HANG_UP,
        SILENCE,
        b"421 4.4.2 Too long\r\n",
        b"502 5.5.2 What\r\n",
        b"mumble\r\n",
        b"250 OK\r\n250 OK\r\n",
    ],
)
def test_a_relay_that_does_not_start_over_is_greeted_anew_and_the_letter_leaves_once(
    tmp_path: Path, reply: bytes
) -> None:
    script = Script("odd_rset", {"rset": reply})
    with Relay(tmp_path / "log", script) as relay:
        way_out = in_a_row(by_smtp(relay))
        hooks = [Hook(), Hook()]
        for number, hook in enumerate(hooks):
            assert way_out.send(numbered(number), point_of_no_return=hook).kind == "sent"
        way_out.rest()
        assert len(relay.sessions) == len(relay.taken) == 2
        assert b"RSET" not in verbs(relay.sessions[1])
    assert [hook.times for hook in hooks] == [1, 1]


@pytest.mark.case("B27", "C8")
@pytest.mark.parametrize("said", [b"250 2.0.0 Queued twice\r\n", b"354 Go ahead\r\n", b"\x00"])
def test_a_relay_that_spoke_unasked_between_two_letters_is_greeted_anew(tmp_path: Path, said: bytes) -> None:
    with Relay(tmp_path / "log") as relay:
        way_out = in_a_row(by_smtp(relay))
        assert way_out.send(numbered(1), point_of_no_return=Hook()).kind == "sent"
        relay.sessions[0]._connection.sendall(said)
        assert way_out.send(numbered(2), point_of_no_return=Hook()).kind == "sent"
        way_out.rest()
        assert [verbs(session)[-1] for session in relay.sessions] == [b"DATA", b"QUIT"]


@pytest.mark.case("B27")
def test_a_connection_serves_for_so_many_letters_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SMTP_LETTERS", 2)
    with Relay(tmp_path / "log") as relay:
        way_out = in_a_row(by_smtp(relay))
        for number in range(5):
            assert way_out.send(numbered(number), point_of_no_return=Hook()).kind == "sent"
        way_out.rest()
        relay.ended()
        assert [verbs(session).count(b"DATA") for session in relay.sessions] == [2, 2, 1]
        assert [verbs(session)[-1] for session in relay.sessions] == [b"QUIT"] * 3


@pytest.mark.case("B27")
def test_a_connection_that_rested_too_long_is_not_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_RESTS", 0.0)
    with Relay(tmp_path / "log") as relay:
        way_out = in_a_row(by_smtp(relay))
        for number in range(2):
            assert way_out.send(numbered(number), point_of_no_return=Hook()).kind == "sent"
        way_out.rest()
        assert len(relay.sessions) == 2


@pytest.mark.case("C28")
def test_an_international_letter_leaves_no_trace_on_the_next(tmp_path: Path) -> None:
    tom = "tomé@target.example"
    letters = [replace(ASK, recipient=tom), ASK, replace(ASK, recipient=tom), ASK]
    with Relay(tmp_path / "log", SCRIPTS["eai"]) as relay:
        way_out = in_a_row(by_smtp(relay))
        for letter in letters:
            assert way_out.send(letter, point_of_no_return=Hook()).kind == "sent"
        way_out.rest()
        mails = [command for command in relay.ended().commands if command.startswith(b"MAIL")]
    assert [b"SMTPUTF8" in mail for mail in mails] == [True, False, True, False]


@pytest.mark.parametrize("rest", [0, 1, 2])
def test_resting_is_harmless_whenever_it_comes(tmp_path: Path, rest: int) -> None:
    with Relay(tmp_path / "log") as relay:
        way_out = in_a_row(by_smtp(relay, replace(QUICK, goodbye=0.2)))
        for number in range(2):
            assert way_out.send(numbered(number), point_of_no_return=Hook()).kind == "sent"
            for _ in range(rest):
                way_out.rest()
        way_out.rest()
        assert len(relay.sessions) == (2 if rest else 1)


def test_a_way_out_that_keeps_nothing_open_is_the_same_in_a_row() -> None:
    relay = MemoryTransport()
    way_out = in_a_row(relay)
    sends: list[Callable[[], None]] = [way_out.rest, lambda: None]
    for between in sends:
        assert way_out.send(ASK, point_of_no_return=Hook()).kind == "sent"
        between()
    assert relay.accepted == [ASK, ASK]


class Looks:
    """A stop event that lets a worker look at its queue so many times, without a pause."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def is_set(self) -> bool:
        return self.left <= 0

    def wait(self, _timeout: float) -> bool:
        self.left -= 1
        return self.is_set()


@pytest.mark.case("B27")
def test_a_worker_greets_the_relay_once_for_all_that_is_due_and_says_goodbye(cast: Cast, tmp_path: Path) -> None:
    cast.asking()
    with Relay(tmp_path / "log") as relay, clock.frozen(cast.now):
        worker(Looks(1), transport=by_smtp(relay))
        session = relay.ended()
        assert len(relay.sessions) == 1
        assert (verbs(session).count(b"DATA"), verbs(session)[-1]) == (2, b"QUIT")


@pytest.mark.case("B27", "F11")
def test_at_the_pace_of_real_mail_the_connection_waits_for_the_next_letter_and_no_longer(
    cast: Cast, tmp_path: Path
) -> None:
    cast.asking()
    seconds = [0.0]
    # A minute later: before, letters to this provider left already.
    with Relay(tmp_path / "log") as relay, clock.frozen(cast.now + timedelta(minutes=1)):
        working = _Working(in_a_row(by_smtp(relay)), Manner(Pace(lambda: seconds[0])))
        open_afterwards = []
        for _ in range(3):
            working.look()
            open_afterwards.append(not relay.sessions[0].gone.wait(0.3))
            seconds[0] += limits.SENDING_INTERVAL.total_seconds()
        assert len(relay.sessions) == 1
        assert (len(relay.taken), open_afterwards[0], open_afterwards[-1]) == (2, True, False)
