"""Whose side of a history is the owner's: the address of their login, and whatever else they name as theirs."""

from __future__ import annotations

from django.utils.translation import gettext as _

from twoyes.lib import addresses, sealing
from twoyes.lib.errors import Refused
from twoyes.network.models import Identity, OwnAddress, Topic
from twoyes.people import front as people

# Nobody has more; a whole address book would make everybody the owner.
MOST = 30


def own_keys(owner_id: str) -> frozenset[str]:
    """Return the keys of the owner's own addresses."""
    found = people.connector_by_id(owner_id)
    named = OwnAddress.objects.filter(owner_id=owner_id).values_list("key", flat=True)
    return frozenset((*named, *([found.address_key] if found is not None and found.address_key else [])))


def own_addresses(owner_id: str) -> list[str]:
    """Return the further addresses that the owner named as theirs."""
    return sorted(sealing.get(row, "address") for row in OwnAddress.objects.filter(owner_id=owner_id))


def add_own_address(owner_id: str, address: str) -> None:
    """Let a further address count as the owner's own, in what is imported from here on.

    Raises Refused: bad_address, too_many.
    """
    address = addresses.parse(address)
    if OwnAddress.objects.filter(owner_id=owner_id).count() >= MOST:
        raise Refused("too_many", _("There are %d further addresses already.") % MOST)
    row = OwnAddress(owner_id=owner_id, key=addresses.key(address))
    sealing.put(row, "address", address)
    OwnAddress.objects.bulk_create([row], ignore_conflicts=True)
    # Nobody is among the people whom they met.
    Identity.objects.filter(owner_id=owner_id, key=row.key).delete()
    Topic.objects.filter(owner_id=owner_id, key=row.key).delete()
