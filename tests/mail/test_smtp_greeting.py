"""How we introduce ourselves to a relay, and what we announce of a letter."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.envelopes import ASK, Hook, by_smtp, outcome
from tests.support.relay import Relay, Session
from twoyes.mail.outgoing.smtp import Server, SmtpTransport


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("cora.example", "cora.example"),
        ("laptop", "[127.0.0.1]"),
        ("cora's mac.local", "[127.0.0.1]"),
        ("laptop_1", "[127.0.0.1]"),
    ],
)
def test_a_host_without_a_proper_name_gives_its_address_instead(
    monkeypatch: pytest.MonkeyPatch, host: str, name: str
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    assert SmtpTransport(Server("127.0.0.1", 25, "none")).helo == name


def test_a_name_that_was_configured_is_the_name() -> None:
    assert SmtpTransport(Server("127.0.0.1", 25, "none"), helo="mail.cora.example").helo == "mail.cora.example"


class Terse(Session):
    """A relay that announces nothing."""

    def _offer(self) -> bytes:
        return b"250 relay.test\r\n"


@pytest.mark.parametrize(("session", "size"), [(Session, f" SIZE={len(ASK.message)}"), (Terse, "")])
def test_a_relay_hears_our_name_and_the_letters_size_if_it_asked_for_that(
    tmp_path: Path, session: type[Session], size: str
) -> None:
    with Relay(tmp_path / "log", session=session) as relay:
        verdict = by_smtp(relay).send(ASK, point_of_no_return=Hook())
        commands = [command.decode() for command in relay.ended().commands]
    assert outcome(verdict) == ("sent", 250, False, False)
    assert [command.upper() for command in commands] == [
        "EHLO CORA.EXAMPLE",
        f"MAIL FROM:<{ASK.sender}>{size}".upper(),
        f"RCPT TO:<{ASK.recipient}>".upper(),
        "DATA",
        "QUIT",
    ]
