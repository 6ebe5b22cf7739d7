"""Taking one card out of a book: whoever is on it is not erased, and may be in the books of others."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from twoyes.care.running import run
from twoyes.network import front as network
from twoyes.people import front as people


def delete_card(owner_id: str, card_id: str, *, now: datetime) -> None:
    """Delete a card of this owner's, what they noted on it, and what was promised to whoever is on it.

    What their mail shows of that person stays where it is. Raises `Refused`: no_such_card, has_introductions.
    """

    def whole() -> None:
        with transaction.atomic():
            before = people.cards_before([card_id])
            people.delete_card(owner_id, card_id, now)
            network.forget_cards([card_id, *before])

    run(whole)
