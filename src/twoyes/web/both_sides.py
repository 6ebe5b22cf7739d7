"""Beside a request: how well the connector knows who asks and who is asked, and whether these two know each other.

For the connector's eyes alone: nothing of it is in a letter, on another page, or in how fast one comes (E5, E6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from twoyes.introductions.front import DeskPage
from twoyes.lib import addresses, spoken
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.web import desk_words
from twoyes.web.cards import candidates
from twoyes.web.desk_door import Desk
from twoyes.web.evidenced import SIGHTS, evidenced
from twoyes.web.forms import Form


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what stands above, how they are called, and what `part/evidence.html` needs."""

    id: str
    role: str
    name: str
    shown: Mapping[str, object]
    card: str = ""


def both_sides(desk: Desk, page: DeskPage, choice: Form | None) -> dict[str, object]:
    """Return what the page of one introduction shows of both people, and of what is between them.

    `choice` is the form in which the target is chosen, where that is open: while a request names somebody by words
    alone, the one card that these may mean is shown, and where they may mean several, none is.
    """
    sides, named = list[Side](), list[network.Whom]()
    requester = _requester(page)
    if requester is not None:
        shown = evidenced(network.evidence(desk.connector.id, requester.keys, names=[page.words.get("name", "")]))
        sides.append(Side("asks", _first_role(page), requester.name, shown))
        named.append(requester)
    card = _target(desk, page, choice)
    if card is not None:
        shown = evidenced(network.evidence_on(desk.connector.id, card.id))
        sides.append(Side("asked", _role(page), card.name, shown, card.id))
        named.append(network.Whom(card.name, people.keys_of(card.id), card.id))
    return {"sides": sides, "between": _between(desk, named)}


def _requester(page: DeskPage) -> network.Whom | None:
    if not page.requester_address:
        return None
    return network.Whom(page.row.requester, (addresses.key(page.requester_address),))


def _target(desk: Desk, page: DeskPage, choice: Form | None) -> people.Card | None:
    """Return whose card it is about: the chosen one, else the only one that the words may mean."""
    owner = desk.connector.id
    if not page.target_id and choice is None:
        # Before it can be decided on, nobody has looked yet whom the words may mean.
        words = page.words.get("target", "") if page.row.state in desk_words.SCREENED else ""
        several = candidates(owner, words) if words else []
        return several[0] if len(several) == 1 else None
    fields = choice.fields if choice is not None else ()
    meant = [option.value for field in fields if field.name == "target" for option in field.options]
    card = page.target_id or (meant[0] if len(meant) == 1 else "")
    found = people.card(owner, card) if card else None
    return None if found is None or found.erased else found


def _first_role(page: DeskPage) -> str:
    return _("You offer them this") if "because" in page.words else _("Asks")


def _role(page: DeskPage) -> str:
    if not page.target_id:
        return _("May be meant")
    return _("You offer them this") if "because" in page.words else _("To be asked")


def _between(desk: Desk, named: list[network.Whom]) -> Mapping[str, object] | None:
    if len(named) < 2:
        return None
    found = network.between(desk.connector.id, named[0], named[1])
    if found is None:
        return None
    return {"sight": SIGHTS[found.sight], "seen": found.sight, "told": found.sentence, "introduced": _introduced(found)}


def _introduced(found: network.Between) -> str:
    if found.introduced_on is None:
        return ""
    told = _("You brought them together by a letter on %s.") % spoken.day(found.introduced_on)
    heard = _("A letter came after it.") if found.heard else _("No letter came after it.")
    return f"{told} {heard}"
