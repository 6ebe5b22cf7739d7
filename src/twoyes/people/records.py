"""What other rooms get to see of people: plain facts, never a row with sealed bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypedDict

from twoyes.lib.errors import Refused


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connector as seen by whoever acts for them.

    `actor_id` and `role` say who acts: the connector, or one of their delegates. `address_key` is the keyed
    hash of the connector's address (A14, A15), not the address. A removed one has no name and no user. `maybe_same`
    counts the pairs of cards at which the desk hints, as they may each be one person; `joined_alone` the cards that
    were joined to others by themselves, and that it tells of.
    """

    id: str
    community_id: str
    user_id: int | None
    handle: str
    name: str
    address_key: str
    language: str
    zone: str
    published: bool
    removed_at: datetime | None
    actor_id: str
    role: str
    maybe_same: int = 0
    joined_alone: int = 0
    way: str = ""
    """How what they write themselves leaves: `mailbox` (theirs), `draft` (in theirs), or "" as all letters do."""


@dataclass(frozen=True, slots=True)
class DelegateView:
    """Somebody who may act for a connector, until removed."""

    id: str
    connector_id: str
    user_id: int | None
    name: str
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Card:
    """One person in one book, without anything that reaches them."""

    id: str
    owner_id: str
    name: str
    organisation: str
    position: str
    known_since: date | None
    has_address: bool
    erased: bool
    last_contact: date | None = None


@dataclass(frozen=True, slots=True)
class CardSecrets:
    """What only the owner of the book may read (S1)."""

    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    profiles: tuple[str, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How mail reaches the person on a card now: the keys of all addresses, and the one that is written to."""

    keys: tuple[str, ...]
    address: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A person across all books, by the keyed hash of one address."""

    id: str
    key: str
    next_ask_at: datetime | None
    slot: str
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record that was not taken in: where it stands, and why, in words."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each record of a file: the four add up to the records read."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an uploaded file is: waiting, running, stopped, done or refused (then `refusal` says why)."""

    id: str
    name: str
    state: str
    made_at: datetime
    total: int
    done: int
    added: int
    updated: int
    unchanged: int
    rejected_count: int
    rejected: list[Rejected]
    refusal: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The cards an erasure touched, in any book: gone altogether, or kept as empty shells."""

    deleted: tuple[str, ...]
    emptied: tuple[str, ...]


class CardDetails(TypedDict, total=False):
    """What may stand on a card beside the name."""

    organisation: str
    position: str
    known_since: date | None
    addresses: Sequence[str]
    phones: Sequence[str]
    notes: str


class CardFields(CardDetails, total=False):
    """The fields of a card that its owner can change."""

    name: str


class Ambiguous(Refused):
    """Several people answer to what was written; `candidates` are their cards."""

    def __init__(self, sentence: str, candidates: tuple[Card, ...]) -> None:
        super().__init__("ambiguous", sentence)
        self.candidates = candidates
