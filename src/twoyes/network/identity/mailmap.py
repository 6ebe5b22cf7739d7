"""Reading a `.mailmap`: who of a project's history is the same person, as its people wrote it down (gitmailmap(5))."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_ENTRY = re.compile(r"^([^<>#]*)<([^<>]+)>\s*(?:([^<>#]*)<([^<>]+)>)?")
LONGEST_LINE = 1000


class Entry(NamedTuple):
    """One line: the name and address that count, and those that stand for them ("" where the line leaves them out)."""

    name: str
    address: str
    old_name: str
    old_address: str


def read(lines: Iterable[str]) -> list[Entry]:
    """Every line that says something; comments, empty lines and what is no entry are passed over."""
    found = []
    for line in lines:
        match = _ENTRY.match(line[:LONGEST_LINE].strip())
        if match is None:
            continue
        name, address, old_name, old_address = (part.strip() if part else "" for part in match.groups())
        found.append(Entry(name.removeprefix("!"), address.lower(), old_name.removeprefix("!"), old_address.lower()))
    return found


def same(entries: Iterable[Entry]) -> dict[str, str]:
    """For each address the one that counts. An address that counts for two names by turns keeps its first."""
    whose: dict[str, str] = {}
    for entry in entries:
        whose.setdefault(entry.address, entry.address)
        if entry.old_address:
            whose.setdefault(entry.old_address, entry.address)
    return {address: _last(address, whose) for address in whose}


def _last(address: str, whose: dict[str, str]) -> str:
    seen = set()
    while whose.get(address, address) != address and address not in seen:
        seen.add(address)
        address = whose[address]
    return address
