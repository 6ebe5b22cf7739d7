"""People who are met in mail: whoever the owner wrote to gets a card, unless their address stands on one already."""

from __future__ import annotations

from collections.abc import Mapping

from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import writing
from twoyes.people.deciding import Change
from twoyes.people.matching import Match
from twoyes.people.models import CardSource, Connector, ContactPoint, Subject
from twoyes.people.sources.cleaning import Said, entry

SEEN_IN_MAIL = "mail"


def meet(owner_id: str, named: Mapping[str, str]) -> int:
    """Make a card of each address with its name, which nobody in this book has yet; return how many were made.

    Whoever was erased gets none, nor whoever was met before: what became of their card since is the owner's will.
    What is no strict address or no name is passed over. Part of the caller's transaction.
    """
    wanted = {addresses.key(one): one for one in named if addresses.well_formed(one) is not None}
    changes = []
    for key in sorted(set(wanted) - erased_keys(owner_id) - _known(owner_id)):
        address = wanted[key]
        try:
            found = entry(0, Said(name=named[address], addresses=[address]))
        except Refused:
            continue
        changes.append(Change(Match(found, key)))
    writing.write(owner_id, SEEN_IN_MAIL, changes)
    return len(changes)


def erased_keys(owner_id: str) -> frozenset[str]:
    """The address keys of everybody who was erased in this connector's community: few, and only hashes (E18)."""
    community = Connector.objects.values_list("community_id", flat=True).get(pk=owner_id)
    rows = Subject.objects.filter(community_id=community).exclude(erased_at=None)
    return frozenset(rows.values_list("key", flat=True))


def _known(owner_id: str) -> set[str]:
    """Return every address key that this book knows. Asked for a few at a time, a large book took minutes."""
    points = ContactPoint.objects.filter(person__owner_id=owner_id, kind=ContactPoint.Kind.EMAIL)
    met = CardSource.objects.filter(owner_id=owner_id, kind=SEEN_IN_MAIL)
    return {*points.values_list("key", flat=True), *met.values_list("key", flat=True)}
