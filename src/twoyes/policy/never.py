"""Whom a connector never asks: a private list, sealed, which no version holds and nobody else reads (S1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from twoyes.lib import addresses, sealing
from twoyes.lib.text import fold
from twoyes.people import front as people
from twoyes.policy.models import NoGo
from twoyes.policy.reading import Read
from twoyes.policy.sentences.naming import named


def no_go(connector_id: str) -> tuple[str, ...]:
    """Return whom this connector never asks, line by line. For nobody else's eyes."""
    row = NoGo.objects.filter(connector_id=connector_id).first()
    return _names(row) if row else ()


def is_no_go(connector_id: str, *names: str) -> bool:
    """Say whether one of these names, as a card has them, stands on this connector's list."""
    return any(named(one, Read(name)) for one in no_go(connector_id) for name in names)


def keep_names(connector_id: str, names: str) -> None:
    """Keep these lines in place of what stood there; none deletes the list."""
    row = NoGo.objects.filter(connector_id=connector_id).first()
    if not names:
        forget_no_go(connector_id)
    elif row is None or sealing.get(row, "names") != names:
        row = row or NoGo(connector_id=connector_id)
        sealing.put(row, "names", names)
        row.save()


def forget_no_go(connector_id: str) -> None:
    """Delete the private list of a connector who leaves."""
    NoGo.objects.filter(connector_id=connector_id).delete()


def forget_person(keys: Collection[str], cards: Sequence[str]) -> list[str]:
    """Take an erased person off every list: lines that are their address, or the name on one of these cards of theirs.

    They are never asked anyhow. Returns the connectors whose lists were changed.
    """
    changed = []
    for row in NoGo.objects.order_by("pk"):
        known = {fold(name) for name in people.names_on(row.connector_id, cards).values()}
        left = [line for line in _names(row) if fold(line) not in known and _key(line) not in keys]
        if len(left) < len(_names(row)):
            keep_names(row.connector_id, "\n".join(left))
            changed.append(row.connector_id)
    return changed


def _names(row: NoGo) -> tuple[str, ...]:
    return tuple(sealing.get(row, "names").splitlines())


def _key(line: str) -> str:
    address = addresses.well_formed(line)
    return addresses.key(address) if address else ""
