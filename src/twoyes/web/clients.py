"""Where a request comes from: its other end, or what a proxy of our own says that its other end is (D22)."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

from django.conf import settings
from django.http import HttpRequest

type Address = IPv4Address | IPv6Address


def client(request: HttpRequest) -> Address | None:
    """Return who asks, or None where that is nothing known.

    `X-Forwarded-For` is read from its end, as far as it was written by proxies of TWOYES_PROXIES: what stands before
    was written by whoever asks, and counts for nothing.
    """
    found = _address(request.META.get("REMOTE_ADDR", ""))
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while found is not None and _is_ours(found) and (last := (said.pop() if said else "").strip()):
        found = _address(last)
    return found


def _is_ours(address: Address) -> bool:
    return any(address in network for network in settings.TWOYES_PROXIES)


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
