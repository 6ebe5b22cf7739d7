"""What a host is to this machine."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Say whether what is sent to this host stays on this machine, by name or by number."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
