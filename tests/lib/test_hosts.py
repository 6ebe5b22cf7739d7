"""A server of a user's choosing is looked for on the open net, and reached where it was looked for (D20)."""

from __future__ import annotations

import _socket
import socket
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from pytest_django import Settings

from twoyes.lib import config, hosts
from twoyes.lib.errors import Refused
from twoyes.mail.outgoing.transport import Envelope
from twoyes.mail.outgoing.ways import through
from twoyes.people.front import OwnWay

CLOSED = (
    "127.0.0.1 ::1 0.0.0.0 10.1.2.3 172.16.0.1 192.168.0.1 100.64.0.1 169.254.169.254 224.0.0.1 255.255.255.255 "
    "fe80::1 fd00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe "
    "2002:7f00:1::1 2002:a00:1::1"
).split()
OPEN = "9.9.9.9 2620:fe::fe 64:ff9b::909:909 ::ffff:9.9.9.9".split()


@pytest.fixture(autouse=True)
def nothing_is_allowed(settings: Settings) -> None:
    settings.TWOYES_LOCAL_SERVERS = ()


def names(*addresses: str) -> Callable[..., list[tuple[Any, ...]]]:
    """What a name server says of every name."""
    return lambda _host, port, **_how: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]


@pytest.mark.case("D20")
@pytest.mark.parametrize("address", CLOSED)
def test_no_address_of_our_own_network_is_outside_however_it_is_written_or_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", names(address))
    with pytest.raises(hosts.Closed):
        hosts.outside("mail.example", 993)
    monkeypatch.setattr(socket, "getaddrinfo", names("9.9.9.9", address))
    with pytest.raises(hosts.Closed):
        hosts.outside("mail.example", 993)


@pytest.mark.case("D20")
@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "::ffff:7f00:1", "[::1]"])
def test_nor_is_a_number_that_the_system_reads_as_one(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    number = socket.AI_NUMERICHOST
    monkeypatch.setattr(socket, "getaddrinfo", lambda at, port, **_how: _socket.getaddrinfo(at, port, 0, 0, 0, number))
    with pytest.raises(hosts.Closed):
        hosts.outside(host, 25)


@pytest.mark.parametrize("address", OPEN)
def test_what_is_public_is_outside(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", names(address))
    assert [found[4] for found in hosts.outside("mail.example", 993)] == [(address, 993)]


def test_an_operator_may_allow_their_own_mail_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOYES_LOCAL_SERVERS", "10.0.0.5, fd00::/64")
    settings.TWOYES_LOCAL_SERVERS = config.local_servers()
    monkeypatch.setattr(socket, "getaddrinfo", names("10.0.0.5", "fd00::5", "::ffff:10.0.0.5"))
    assert len(hosts.outside("mail.lan", 993)) == 3
    monkeypatch.setattr(socket, "getaddrinfo", names("10.0.0.6"))
    with pytest.raises(hosts.Closed):
        hosts.outside("mail.lan", 993)
    monkeypatch.setenv("TWOYES_LOCAL_SERVERS", "mail.lan")
    with pytest.raises(Refused, match="TWOYES_LOCAL_SERVERS"):
        config.local_servers()


@pytest.mark.case("D20")
def test_a_name_is_asked_for_once_and_where_it_led_is_where_the_connection_goes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TWOYES_LOCAL_SERVERS = (ip_network("127.0.0.1"),)
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked: list[str] = []

        def rebinds(host: str, port: int, **_how: object) -> list[tuple[Any, ...]]:
            asked.append(host)
            return names("127.0.0.1" if len(asked) == 1 else "127.0.0.9")(host, port)

        monkeypatch.setattr(socket, "getaddrinfo", rebinds)
        with hosts.connected("mail.example", server.getsockname()[1], 5) as found:
            assert found.getpeername() == server.getsockname()
    assert asked == ["mail.example"]


@pytest.mark.case("D20")
def test_what_is_private_and_what_is_nowhere_cannot_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(host: str, port: int, **how: object) -> list[tuple[Any, ...]]:
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return names("127.0.0.1" if host == "localhost" else host)(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    letter, said = Envelope("cora@connects.example", "cora@connects.example", b"Subject: x\r\n\r\nx\r\n"), set()
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost", "10.255.255.1", "no-such-host.invalid"):
            own = OwnWay("mailbox", "cora@connects.example", host, server.getsockname()[1], "cora", "x")
            said.add(through(own).send(letter, point_of_no_return=lambda: None).text)
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert said == {"The relay could not be reached: the open net knows no such server."}
