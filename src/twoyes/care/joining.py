"""Making one card of two that are one person, and two of one that was two people (A17, A19, A20)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from twoyes.care.parts import MERGING, SPLITTING, Done, Merging, Splitting
from twoyes.care.running import run
from twoyes.introductions import front as introductions
from twoyes.lib.errors import Refused
from twoyes.people import front as people


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge left: the card that stays, and the ids of asks that closed because an older one goes on.

    `open` are the introductions of either that were open before it.
    """

    card: people.Card
    closed: tuple[str, ...]
    open: tuple[str, ...]


def merge(owner_id: str, keep: str, other: str, *, actor: introductions.Actor, now: datetime) -> Merged:
    """Make one card of two of this owner's, because they are one person (A17, A19): `keep` stays, nothing is lost.

    Of their asks that have not left the oldest goes on, and the others end as silence does; what has left counts for
    both. Nothing of another's book is read or shown. Raises `Refused`: no_such_card, same_card, two_sides, not_yours.
    """
    of = Merging(owner_id, keep, other, now)

    def whole() -> Done:
        done: Done = {}
        with transaction.atomic():
            _may(actor, owner_id)
            people.both(owner_id, keep, other)
            _lock(owner_id, {*introductions.keys_of_card(keep), *introductions.keys_of_card(other)})
            for name, part in MERGING:
                done[name] = part(of, done)
        return done

    done = run(whole)
    card = people.card(owner_id, keep)
    assert card is not None, "it was there in the same transaction"
    return Merged(card, tuple(done["introductions"]), tuple(done["open"]))


def split(
    owner_id: str,
    card_id: str,
    move: Collection[str],
    *,
    name: str = "",
    again: str = "",
    actor: introductions.Actor,
    now: datetime,
) -> people.Card:
    """Give the points `move` (ids or addresses) to a card of their own, since they are somebody else's; return it.

    `again` is the id of a card that was merged into this one: it comes back with its name, its points where `move`
    is empty, and its introductions. Every no, every pair that was asked and the slot hold for both halves (A20).
    Raises `Refused`: no_such_card, no_such_point, nothing_moves, nothing_stays, bad_text, not_yours.
    """

    def whole() -> people.Parted:
        with transaction.atomic():
            _may(actor, owner_id)
            parted = people.plan_part(owner_id, card_id, move, name=name, again=again)
            _lock(owner_id, {*introductions.keys_of_card(card_id), *introductions.keys_of_card(parted.new)})
            of = Splitting(owner_id, card_id, parted, now)
            for _name, part in SPLITTING:
                part(of)
        return parted

    card = people.card(owner_id, run(whole).new)
    assert card is not None, "it was made in the same transaction"
    return card


def _may(actor: introductions.Actor, owner_id: str) -> None:
    if not people.actor_may_act(actor.id, owner_id):
        raise Refused("not_yours", _("This is not yours to do."))


def _lock(owner_id: str, keys: Collection[str]) -> None:
    """Lock the people of both cards, and all whom their introductions concern: before any introduction (B12, B13)."""
    connector = people.connector_by_id(owner_id)
    if connector is None or connector.removed_at is not None:
        raise Refused("no_such_connector", _("There is no such connector."))
    people.lock_subjects(connector.community_id, introductions.keys_concerned(owner_id, keys))
