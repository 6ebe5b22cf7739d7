"""What each room forgets of a person, as one literal list; every part runs in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from twoyes.introductions import front as introductions
from twoyes.mail import front as mail
from twoyes.people import front as people


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


def _books(of: Erasure) -> list[str]:
    found = people.forget_keys(of.community_id, of.keys, of.at)
    if of.card_id and of.card_id not in {*found.deleted, *found.emptied}:
        alone = people.forget_person(of.card_id, of.at)
        return [*found.deleted, *found.emptied, *alone.deleted, *alone.emptied]
    return [*found.deleted, *found.emptied]


# The order matters: introductions let go of the cards before the books delete them. A room that stores anything
# about a person adds its part here, and nowhere else.
PARTS: tuple[tuple[str, Callable[[Erasure], list[str]]], ...] = (
    ("introductions", _introductions),
    ("mail", _inbox),
    ("people", _books),
)
