"""Nothing in the tests reaches a network: sockets open to this machine only."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

NAMES = {"localhost", "localhost.localdomain", "", None}


class NetworkReached(Exception):
    """A test tried to reach another machine. It must not: point it at a server on 127.0.0.1."""


def is_here(host: object) -> bool:
    """Whether `host`, a name or an address, means this machine without asking a resolver."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _guarded(real: Callable[..., Any], *, host_of: Callable[..., object]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        if not is_here(host := host_of(*args, **kwargs)):
            raise NetworkReached(f"This test tried to reach {host!r}.")
        return real(*args, **kwargs)

    return call


def _host_of_connect(sock: socket.socket, address: Any) -> object:
    return address[0] if sock.family in {socket.AF_INET, socket.AF_INET6} else ""


def _host_of_lookup(host: object, *_args: Any, **_kwargs: Any) -> object:
    return host


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            real = getattr(socket.socket, name)
            patch.setattr(socket.socket, name, _guarded(real, host_of=_host_of_connect))
        patch.setattr(socket, "getaddrinfo", _guarded(socket.getaddrinfo, host_of=_host_of_lookup))
        yield
