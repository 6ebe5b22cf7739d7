"""What a host is to this machine."""

import ipaddress
import socket


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
