"""What each room does about a person who is erased, merged or split: one literal list each, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from twoyes.introductions import front as introductions
from twoyes.mail import front as mail
from twoyes.network import front as network
from twoyes.people import front as people
from twoyes.policy import front as policy


@dataclass(frozen=True, slots=True)
class Erasure:
    """Whom to erase: every address key of theirs, the card that named them, who ordered it, and when.

    `introductions` are those that the first part has found.
    """

    community_id: str
    keys: tuple[str, ...]
    card_id: str
    actor: introductions.Actor
    at: datetime
    introductions: tuple[str, ...] = ()


def _introductions(of: Erasure) -> list[str]:
    return introductions.erase_person(of.community_id, of.keys, actor=of.actor, now=of.at)


def _inbox(of: Erasure) -> list[str]:
    return mail.forget_inbound(introductions=of.introductions, keys=of.keys)


def _histories(of: Erasure) -> list[str]:
    cards = {*people.cards_with(of.keys), *([of.card_id] if of.card_id else [])}
    network.forget_cards([*cards, *people.cards_before(cards)])
    return network.forget_keys(of.keys, of.at)


def _rules(of: Erasure) -> list[str]:
    cards = {*people.cards_with(of.keys), *([of.card_id] if of.card_id else [])}
    return policy.forget_person(of.keys, sorted(cards))


def _books(of: Erasure) -> list[str]:
    found = people.forget_keys(of.community_id, of.keys, of.at)
    if of.card_id and of.card_id not in {*found.deleted, *found.emptied}:
        alone = people.forget_person(of.card_id, of.at)
        return [*found.deleted, *found.emptied, *alone.deleted, *alone.emptied]
    return [*found.deleted, *found.emptied]


# The order matters: introductions lock everybody concerned at once, so they come first (B12); they let go of the cards,
# and names are read off them, before the books delete them. A room that stores anything about a person adds its part
# here, and nowhere else.
PARTS: tuple[tuple[str, Callable[[Erasure], list[str]]], ...] = (
    ("introductions", _introductions),
    ("mail", _inbox),
    ("network", _histories),
    ("policy", _rules),
    ("people", _books),
)


# ---------------------------------------------------------------- merge


@dataclass(frozen=True, slots=True)
class Merging:
    """Two cards of one book that are one person: which stays, which goes, and when."""

    owner_id: str
    keep: str
    other: str
    at: datetime


type Done = dict[str, list[str]]


def _unite_introductions(of: Merging, done: Done) -> list[str]:
    united = introductions.unite(of.owner_id, of.keep, of.other, now=of.at)
    done["rebound"], done["open"] = list(united.rebound), list(united.open)
    return list(united.closed)


def _join_cards(of: Merging, done: Done) -> list[str]:
    people.join(of.owner_id, of.keep, of.other, introductions=done["rebound"], now=of.at)
    return [of.keep]


# Introductions let go of the card that goes before the book deletes it. What was promised (network) keeps the id of
# that card, which leads to the one that stays, and back once they are taken apart.
MERGING: tuple[tuple[str, Callable[[Merging, Done], list[str]]], ...] = (
    ("introductions", _unite_introductions),
    ("people", _join_cards),
)


# ---------------------------------------------------------------- split


@dataclass(frozen=True, slots=True)
class Splitting:
    """A card of which a part belongs to somebody else, as it was planned, and when."""

    owner_id: str
    card_id: str
    parted: people.Parted
    at: datetime


def _part_card(of: Splitting) -> list[str]:
    return [people.part(of.owner_id, of.card_id, of.parted, now=of.at).id]


def _divide_introductions(of: Splitting) -> list[str]:
    parted = of.parted
    halves = introductions.Halves(of.card_id, parted.new, parted.stays, parted.goes, parted.introductions)
    introductions.divide(of.owner_id, halves, now=of.at)
    return list(parted.introductions)


def _tell_apart(of: Splitting) -> list[str]:
    """What its owner took apart no rule joins or suggests again; an address that both halves have tells nothing."""
    parted = of.parted
    stays = {*parted.stays, *people.keys_apart(of.card_id)} - parted.goes
    goes = {*parted.goes, *people.keys_apart(parted.new)} - parted.stays
    people.say_apart(of.owner_id, stays, goes, now=of.at)
    return []


# The new card is there before an introduction is bound to it.
SPLITTING: tuple[tuple[str, Callable[[Splitting], list[str]]], ...] = (
    ("people", _part_card),
    ("introductions", _divide_introductions),
    ("same", _tell_apart),
)
