"""What a person may be shown of what one book holds about them (GDPR art. 15), and nothing of what its owner thinks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from twoyes.lib import addresses
from twoyes.people import points
from twoyes.people.models import CardSource, ContactPoint, Person


@dataclass(frozen=True, slots=True)
class Held:
    """What stands on a card. Addresses are shown in part: a page may have been passed on. Notes are not shown."""

    name: str
    organisation: str
    position: str
    known_since: date | None
    addresses: tuple[str, ...]
    numbers: int
    profiles: int
    sources: tuple[str, ...]


def held(owner_id: str, card_id: str) -> Held | None:
    """Return what is held on a card of this book, or None where there is none (any more)."""
    row = Person.objects.filter(pk=card_id, owner_id=owner_id, erased_at=None).first()
    if row is None:
        return None
    kinds = CardSource.objects.filter(person_id=card_id).order_by("kind").values_list("kind", flat=True)
    return Held(
        name=row.name,
        organisation=row.organisation,
        position=row.position,
        known_since=row.known_since,
        addresses=tuple(addresses.partly(one) for one in points.reveal(card_id, ContactPoint.Kind.EMAIL)),
        numbers=len(points.reveal(card_id, ContactPoint.Kind.PHONE)),
        profiles=len(points.reveal(card_id, ContactPoint.Kind.PROFILE)),
        sources=tuple(dict.fromkeys(kinds)),
    )
