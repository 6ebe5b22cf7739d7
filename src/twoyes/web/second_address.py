"""Whoever asks may be on a card under another address: suggested to the connector alone, joined by nobody else (K5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.introductions.front import DeskPage
from twoyes.lib import addresses
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web.desk_door import Desk
from twoyes.web.forms import Form

_ASKER = "asker"
_MOST = 20


@dataclass(frozen=True, slots=True)
class Maybe:
    """A card that may be of whoever asks: its id and name, why, and the form that puts the address on it."""

    card: str
    name: str
    why: str
    form: Form


def maybe_on_card(desk: Desk, page: DeskPage) -> Maybe | None:
    """Return the one card that whoever asks may be on, by the rules that look for one person twice; else None.

    Only an address that was proved is suggested, and none that stands on a card already.
    """
    address, name = page.requester_address, page.words.get("name", "")
    owner = desk.connector.id
    if not (address and page.requester_verified and len(name.split()) > 1):
        return None
    if people.cards_with([addresses.key(address)], owner_id=owner):
        return None
    cards = {one.id: one.name for one in people.find(owner, name.split()[-1], limit=_MOST)}
    known = people.addresses_on_cards(owner, cards)
    book = [(card, [named], known.get(card, [])) for card, named in cards.items()]
    found = network.same_people([(_ASKER, [name], [address]), *book])
    joined = {card: why for group, why in found.joins if _ASKER in group for card in group}
    asked = {card: one.why for one in found.asks if _ASKER in (one.one, one.other) for card in (one.one, one.other)}
    alike = {card: why for card, why in {**asked, **joined}.items() if card != _ASKER}
    if len(alike) != 1:
        return None
    (card, why), *_none = alike.items()
    form = Form(
        "add_address", f"/desk/people/{card}/add_address", (), _("It is the same person"), hidden={"address": address}
    )
    return Maybe(card, cards[card], network.why_same(why), form)
