"""What a host is to this machine, and how one that a user named is reached: on the open net alone."""

import ipaddress
import socket
from typing import Any

type _Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
type Found = list[tuple[Any, ...]]
"""What `socket.getaddrinfo` returns."""

# NAT64: the last four bytes are the address that is meant (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Closed(OSError):
    """A host that a user named and that the open net does not know."""

    def __init__(self) -> None:
        # One text for what is private and for what is nowhere: neither tells which names and addresses there are here.
        super().__init__("the open net knows no such server")
        self.strerror = str(self)


def is_loopback(host: str) -> bool:
    """Say whether what is sent to this host stays on this machine, by name or by number."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_ours(address: str) -> bool:
    """Say whether this address is one of this machine's own. Nothing is sent: only its owner can bind to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((address, 0))
    except OSError:
        return False
    return True


def anywhere(host: str, port: int) -> Found:
    """Return where a host of the operator's choosing is. Raises OSError, and UnicodeError for what is no name."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def outside(host: str, port: int) -> Found:
    """Return where a host of a user's choosing is, to connect to these addresses and to no other (D20).

    Each of them is public, or in TWOYES_LOCAL_SERVERS: a name could mean another address the next time it is asked
    for, and what a server answers would tell what there is in the network that we stand in. Raises Closed.
    """
    try:
        found = anywhere(host, port)
    except (OSError, UnicodeError) as error:
        raise Closed from error
    if not found or not all(_is_open(str(address[0])) for *_how, address in found):
        raise Closed
    return found


def connected(host: str, port: int, seconds: float | None) -> socket.socket:
    """Return a connection to a host of a user's choosing. Raises OSError, of which Closed is one."""
    trouble: OSError = Closed()
    for family, kind, proto, _name, address in outside(host, port):
        sock = socket.socket(family, kind, proto)
        try:
            sock.settimeout(seconds)
            sock.connect(address)
        except OSError as error:
            sock.close()
            trouble = error
        else:
            return sock
    raise trouble


def _is_open(address: str) -> bool:
    from django.conf import settings  # what only the operator names is reached without any

    ip = _meant(ipaddress.ip_address(address.partition("%")[0]))
    if any(ip in network for network in settings.TWOYES_LOCAL_SERVERS):
        return True
    return ip.is_global and not ip.is_multicast


def _meant(ip: _Ip) -> _Ip:
    """Return the IPv4 address that an IPv6 address wraps, if it wraps one."""
    if ip.version == 4:
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
