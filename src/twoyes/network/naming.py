"""Whom a history names: addresses become keys once, and names are kept as they came, the most frequent first."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from twoyes.lib import addresses, sealing
from twoyes.network.log.columns import number
from twoyes.network.models import Identity

MOST_NAMES = 5
# As many addresses as are remembered at a time: the same few thousand people write nearly all of somebody's mail.
_REMEMBERED = 100_000
_BATCH = 500
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


@dataclass(slots=True)
class Met:
    """Somebody in a chunk of a history."""

    key: str
    address: str
    first: int
    last: int
    names: Counter[str] = field(default_factory=Counter)
    wrote_to: bool = False


class Keys:
    """The key of each address, made once. What has no strict form has a key of its own, which no card ever has."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[int, str]] = {}

    def of(self, address: str) -> tuple[int, str]:
        """Return the number and the key of an address."""
        found = self.known.get(address)
        if found is None:
            strict = addresses.well_formed(address) is not None
            key = addresses.key(address) if strict else sealing.index("address", address)
            if len(self.known) >= _REMEMBERED:
                self.known.clear()
            found = self.known[address] = (number(key), key)
        return found


def domain_key(address: str) -> str:
    """Return the blind index of an address's domain, strict or not."""
    if addresses.well_formed(address) is not None:
        return addresses.domain_key(address)
    return sealing.index("domain", address.rpartition("@")[2])


def save(owner_id: str, met: Iterable[Met]) -> list[Identity]:
    """Add what a chunk tells of people to what is known of them; return their rows. In the caller's transaction."""
    everybody = {one.key: one for one in met}
    rows = _known(owner_id, list(everybody))
    for key, one in everybody.items():
        row = rows.get(key)
        if row is None:
            row = rows[key] = Identity(owner_id=owner_id, key=key, seen_first=one.first, seen_last=one.last)
            row.domain_key = domain_key(one.address)
            sealing.put(row, "address", one.address)
        row.seen_first, row.seen_last = min(row.seen_first, one.first), max(row.seen_last, one.last)
        row.wrote_to = row.wrote_to or one.wrote_to
        if one.names:
            _add_names(row, one.names)
    Identity.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["owner", "key"],
        update_fields=["names", "seen_first", "seen_last", "wrote_to"],
        batch_size=_BATCH,
    )
    return list(rows.values())


def names_of(row: Identity) -> list[str]:
    """Return the names that came with an address, the most frequent first."""
    return [name for name, _times in _counted(row)]


def names_seen(owner_id: str) -> dict[str, list[str]]:
    """Return the names that came with each address in an owner's histories, by key, the most frequent first.

    For a process of its own: everybody's names lie open in its memory.
    """
    rows = Identity.objects.filter(owner_id=owner_id).exclude(names=b"")
    return {row.key: names_of(row) for row in rows.iterator()}


def card_name(names: Iterable[str]) -> str:
    """Return the name that stands on a card: the most frequent that is none of an address, in its spoken order."""
    for name in names:
        bare = _ASIDE.sub("", name).strip(" '\",;") or name
        if "@" in bare or not any(char.isalpha() for char in bare):
            continue
        last, comma, first = bare.partition(",")
        if comma and "," not in first and 0 < len(first.split()) <= 3 and len(last.split()) <= 3:
            return f"{first.strip()} {last.strip()}"
        return bare
    return ""


def _known(owner_id: str, keys: list[str]) -> dict[str, Identity]:
    found: dict[str, Identity] = {}
    for start in range(0, len(keys), _BATCH):
        rows = Identity.objects.filter(owner_id=owner_id, key__in=keys[start : start + _BATCH])
        found |= {row.key: row for row in rows}
    return found


def _add_names(row: Identity, names: Counter[str]) -> None:
    counted = Counter(dict(_counted(row)))
    counted.update(names)
    best = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:MOST_NAMES]
    sealing.put(row, "names", json.dumps(best, ensure_ascii=False))


def _counted(row: Identity) -> list[tuple[str, int]]:
    text = sealing.get(row, "names")
    return [(name, times) for name, times in json.loads(text)] if text else []
