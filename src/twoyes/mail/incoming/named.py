"""Whom a message names by address, as blind keys: what stands apart is found when one of them is erased (E18)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from twoyes.lib import addresses

# More addresses than one forwarded message has.
_MOST = 1000
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"'=@]{1,64}@[^\s<>()\[\]\\,;:\"'=@]{1,253}")


def named_in(*texts: str) -> list[str]:
    """Return the keys of all addresses in these texts, sorted. Linear."""
    return _keys(one for text in texts for one in _ADDRESS.findall(text))


def named_in_raw(raw: bytes) -> list[str]:
    """Return the keys of the addresses that stand in a message as it came, also where quoted-printable broke a line.

    What is in base64 is not looked into: that is for the process that reads, and this is for what it did not read.
    """
    text = raw.replace(b"=\r\n", b"").replace(b"=\n", b"").replace(b"=40", b"@").decode("utf-8", "replace")
    return named_in(text)


def _keys(found: Iterable[str]) -> list[str]:
    known = {one.rstrip(".").lower() for one in found}
    plain = [one for one in sorted(known)[:_MOST] if addresses.well_formed(one) is not None]
    return sorted({addresses.key(one) for one in plain})
