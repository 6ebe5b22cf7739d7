"""The front door of care: what concerns a person across all rooms (GDPR art. 17; CASES E18, E19, A29)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from twoyes.care.deleting import delete_card
from twoyes.care.exporting import as_json, export, export_person, exported
from twoyes.care.joining import Merged, merge, split
from twoyes.care.packing import packed, written
from twoyes.care.parts import PARTS, Erasure
from twoyes.care.running import run
from twoyes.care.same import Looked, launch_look, look_for_same, look_in_turn, rebuild, work_through
from twoyes.introductions import front as introductions
from twoyes.lib import addresses, env
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.policy import front as policy

__all__ = [
    "Erased",
    "Looked",
    "Merged",
    "as_json",
    "delete_card",
    "erase",
    "erase_card",
    "erase_from_page",
    "export",
    "export_person",
    "exported",
    "launch_look",
    "look_for_same",
    "look_in_turn",
    "merge",
    "packed",
    "rebuild",
    "remove_connector",
    "split",
    "work_through",
    "written",
]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure touched: ids of introductions and cards, and how many letters left the post room."""

    introductions: tuple[str, ...]
    cards: tuple[str, ...]
    letters: int


def erase_card(owner_id: str, card_id: str, *, actor: introductions.Actor, now: datetime) -> Erased:
    """Erase the person on a card of this owner's book, in every book. Raises `Refused` `no_such_card`."""
    connector, card = people.connector_by_id(owner_id), people.card(owner_id, card_id)
    if connector is None or card is None:
        raise Refused("no_such_card", _("There is no such card."))
    keys = (*people.keys_beside(owner_id, people.keys_of(card_id)), *introductions.keys_of_card(card_id))
    return _erase(Erasure(connector.community_id, keys, card_id, actor, now))


def erase_from_page(link_id: str, token: str, *, now: datetime) -> Erased:
    """Erase whoever this page is for, at the press of its holder. Raises `Refused` `nothing_here`.

    The letter that led here went to their own address, and an erasure only moves toward less.
    """
    owner, card = introductions.card_behind(link_id, token, now)
    return erase_card(owner, card, actor=introductions.Actor(introductions.Role.PROGRAM, "", "page"), now=now)


def erase(address: str, *, actor: introductions.Actor, now: datetime) -> Erased:
    """Erase whoever has this address, in every book and introduction. Raises `Refused` `bad_address`."""
    key = addresses.key(addresses.parse(address))
    return _erase(Erasure(people.default_community(), tuple(sorted(people.linked((key,)))), "", actor, now))


def remove_connector(handle: str, *, now: datetime) -> Erased:
    """Delete a connector's account: every introduction closes, whoever waits hears at once, the book goes (A29).

    Raises `Refused` `no_such_connector`.
    """
    connector = people.connector_by_handle(handle)
    if connector is None:
        raise Refused("no_such_connector", _("There is no such connector."))
    actor = introductions.Actor(introductions.Role.CONNECTOR, connector.id, "care")

    def remove() -> Erased:
        with transaction.atomic():
            closed = introductions.of_connector(connector.id)
            for introduction in closed:
                introductions.close(introduction, "account_deleted", actor=actor, now=now)
            _write_last_letters(connector.id, now)
            mail.forget_inbound(introductions=closed, keys=[connector.address_key], connectors=[connector.id])
            network.remove_owner(connector.id)
            policy.forget_no_go(connector.id)
            found = people.remove_connector(connector.id, now)
        return Erased(tuple(closed), (*found.deleted, *found.emptied), 0)

    return run(remove)


def _write_last_letters(connector_id: str, now: datetime) -> None:
    """Write what is still owed to others while the connector's name is known: nobody is left without an answer."""
    for letter in introductions.last_letters(connector_id):
        try:
            facts = introductions.facts(letter)
            introductions.keep_text(letter, mail.freeze(facts), facts)
        except Refused:
            # Nobody is left at the other end either; the worker finds that out by itself.
            continue
    introductions.drop_own(connector_id, now)


def _erase(of: Erasure) -> Erased:
    def whole() -> dict[str, list[str]]:
        with transaction.atomic():
            return _each_part(of)

    touched = run(whole)
    # Files last: a roll-back brings no file back, and a crash here leaves what the next erasure deletes.
    letters = mail.forget_letters(env.data_dir(), introductions=touched["introductions"], keys=of.keys)
    return Erased(tuple(touched["introductions"]), tuple(touched["people"]), letters)


def _each_part(of: Erasure) -> dict[str, list[str]]:
    """Let each room forget; those after the introductions know which of them the person was in."""
    touched: dict[str, list[str]] = {}
    for name, part in PARTS:
        touched[name] = part(replace(of, introductions=tuple(touched.get("introductions", ()))))
    return touched
