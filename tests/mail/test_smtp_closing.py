"""A connection that went wrong is closed at once, for everybody who holds it."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.envelopes import ASK, QUICK, Hook, by_smtp
from tests.support.relay import Relay
from twoyes.mail.outgoing.conversation import PATIENCE, Conversation, Lost, Stale

pytestmark = pytest.mark.usefixtures("pipelining")


@pytest.fixture
def ends() -> Iterator[tuple[Conversation, socket.socket]]:
    """A conversation, and the relay's end of its connection."""
    ours, theirs = socket.socketpair()
    talk = Conversation("cora.example", QUICK)
    talk.sock = ours
    talk.until(time.monotonic() + 5)
    with ours, theirs:
        theirs.settimeout(5)
        yield talk, theirs


def test_what_cannot_be_sent_closes_the_connection_before_anybody_hears_of_it(
    ends: tuple[Conversation, socket.socket],
) -> None:
    """Else whoever hears of it could go on in the middle of a letter."""
    talk, theirs = ends
    theirs.close()
    with pytest.raises(Lost, match="lost while sending"):
        talk.send(b"NOOP\r\n")
    assert talk.sock is None


@pytest.mark.parametrize("said", [b"what?\r\n", b"250-one\r\n354 two\r\n", b"x" * 9000, b"25", b""])
def test_what_is_no_reply_closes_the_connection_before_anybody_hears_of_it(
    ends: tuple[Conversation, socket.socket], said: bytes
) -> None:
    talk, theirs = ends
    theirs.sendall(said)
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(Lost):
        talk.getreply()
    assert talk.sock is None


def test_an_empty_line_is_no_reply_and_nobody_waits_for_more(ends: tuple[Conversation, socket.socket]) -> None:
    talk, theirs = ends
    talk.until(time.monotonic() + 1)
    theirs.sendall(b"\n250 OK\r\n")
    with pytest.raises(Lost, match="could not be understood"):
        talk.getreply()
    assert talk.sock is None


def test_a_reply_that_came_unasked_closes_the_connection_before_the_next_command(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, theirs = ends
    theirs.sendall(b"250 one\r\n250 two\r\n")
    assert talk.getreply() == (250, b"one")
    with pytest.raises(Lost, match="before it was asked"):
        talk.putcmd("NOOP")
    assert talk.sock is None
    assert theirs.recv(100) == b"", "and nothing was said"


def test_the_relay_sees_the_end_although_another_process_has_the_connection_too(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, theirs = ends
    assert talk.sock is not None
    with talk.sock.dup():
        talk.hang_up()
        assert theirs.recv(100) == b""
    assert talk.sock is None


@pytest.mark.case("C8")
def test_nothing_is_sent_or_read_after_its_time(ends: tuple[Conversation, socket.socket]) -> None:
    talk, theirs = ends
    talk.until(time.monotonic())
    with pytest.raises(Lost, match="waiting: timed out"):
        talk.getreply()
    assert theirs.recv(100) == b""


@pytest.mark.parametrize("reply", [b"250 OK\r\n250 and more\r\n", b"451 not now\r\n", b"nonsense\r\n", b""])
def test_a_relay_that_takes_no_rset_gets_no_second_letter(
    ends: tuple[Conversation, socket.socket], reply: bytes
) -> None:
    talk, theirs = ends
    theirs.sendall(reply)
    theirs.shutdown(socket.SHUT_WR)
    assert not talk.is_quiet()
    talk.served = True
    with pytest.raises(Stale):
        talk.exchange("MAIL FROM:<>")
    assert theirs.recv(100) == b"RSET\r\n", "nothing of the second letter"


def test_a_relay_that_falls_silent_while_tls_begins_is_lost_and_not_distrusted(
    ends: tuple[Conversation, socket.socket],
) -> None:
    """Distrust would stop all sending until somebody looks; this is tried again."""
    talk, theirs = ends
    context = ssl.create_default_context()
    talk.until(time.monotonic() + 0.2)
    with pytest.raises(Lost, match="before TLS stood"):
        talk._wrap(context, "relay.example")
    assert talk.sock is None
    assert theirs.recv(1), "the greeting of TLS, and nothing in the clear"


def test_a_relay_that_goes_away_while_tls_begins_is_lost_and_not_distrusted(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, theirs = ends
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(Lost, match="before TLS stood"):
        talk._wrap(ssl.create_default_context(), "relay.example")
    assert talk.sock is None


def test_the_relay_that_was_named_is_looked_up_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def nowhere(*given: object, **_more: object) -> None:
        asked.append(given)
        assert 29 < talk._left() <= 30, "half a minute for finding it, reaching it and TLS"
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    talk = Conversation("cora.example", PATIENCE)
    with pytest.raises(Lost, match="could not be reached: Name or service not known"):
        talk.open(("relay.example", 587))
    assert asked == [("relay.example", 587)]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("drop_rcpt", "The relay closed the connection."),
        ("two_answers", "The relay answered before it was asked."),
        ("early_answer", "The relay answered before it was asked."),
        ("drop_dot", "The relay closed the connection."),
        ("garbage_reply", "The relay's reply could not be understood."),
        ("long_line", "The relay's reply has a line that is too long."),
        ("shut_door", "5.7.1 Not from your address"),
    ],
)
def test_the_verdict_says_to_the_operator_what_went_wrong(tmp_path: Path, script: str, text: str) -> None:
    with Relay(tmp_path / "log", script) as relay:
        assert by_smtp(relay).send(ASK, point_of_no_return=Hook()).text == text


def test_a_relay_that_is_not_there_is_named_as_that(tmp_path: Path) -> None:
    with Relay(tmp_path / "log") as relay:
        gone = by_smtp(relay)
    verdict = gone.send(ASK, point_of_no_return=Hook())
    assert (verdict.kind, verdict.text) == ("temporary", "The relay could not be reached: Connection refused.")


@pytest.mark.case("C5")
def test_a_real_relay_is_waited_for_as_long_as_the_standard_asks() -> None:
    """RFC 5321 4.5.3.2: five minutes for a command, ten for the answer to the dot."""
    assert (PATIENCE.connect, PATIENCE.command, PATIENCE.final) == (30, 5 * 60, 10 * 60)
    assert PATIENCE.allowance == 30
    assert PATIENCE.goodbye < 5, "nobody waits for a farewell"


def test_a_relay_that_falls_silent_between_two_letters_is_not_waited_for(
    ends: tuple[Conversation, socket.socket],
) -> None:
    talk, _theirs = ends
    talk.patience = replace(QUICK, goodbye=0.05)
    began = time.monotonic()
    talk.served = True
    with pytest.raises(Stale, match="timed out"):
        talk.exchange("MAIL FROM:<>")
    assert time.monotonic() - began < 2


def test_a_dead_address_of_a_relay_does_not_eat_the_time_of_those_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class Dead:
        """A socket that reaches nobody."""

        def __init__(self, *_given: object) -> None:
            """Take whatever a socket takes."""

        def settimeout(self, seconds: float) -> None:
            waits.append(round(seconds))

        def connect(self, _address: object) -> None:
            raise TimeoutError("timed out")

        def close(self) -> None:
            """Nothing is open."""

    address = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("192.0.2.1", 25))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_more: [address] * 3)
    monkeypatch.setattr(socket, "socket", Dead)
    with pytest.raises(Lost, match="could not be reached: timed out"):
        Conversation("cora.example", PATIENCE).open(("relay.example", 25))
    assert waits == [10, 15, 30]
