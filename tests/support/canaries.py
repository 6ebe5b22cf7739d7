"""What must not be seen by the wrong eyes: each address, phone, note, answer and token that a test brings in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# Shorter texts stand in every page by chance.
_SHORTEST = {"address": 6, "phone": 7, "token": 26, "code": 6}
_SHORTEST_WORDS = 12
_NOT_A_DIGIT = re.compile(r"\D")
# From here on, needles are sorted out by their beginnings before each is looked for.
_MANY = 200
# What the sealed columns hold, as JSON: the name of a field, and what kind of canary it is.
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "introductions_introduction.requester": {"email": "address", "phone": "phone"},
    "introductions_introduction.words": {"email": "address", "phone": "phone"},
    "introductions_introduction.approval": dict.fromkeys(
        ("vouch", "why_requester", "why_target", "why_first", "why_second", "personal_line"), "words"
    ),
    "introductions_introduction.answer_words": {
        "address": "address", "first_address": "address", "comment": "words", "how": "words", "how_it_went": "words",
        "amends_words": "words",
    },
    "people_preference.words": {"welcome": "words", "unwelcome": "words"},
    "introductions_letter.token": {"page": "token", "stop": "token"},
    "introductions_letter.extra": {"to": "address", "code": "code"},
    "mail_inbound.said": {"sender": "address", "words": "words"},
}  # fmt: skip
_ALONE = {
    "people_person.notes": "words",
    "people_joinedcard.notes": "words",
    "people_contactpoint.value": "",
    "people_connector.address": "address",
    "people_delegate.address": "address",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a canary lies: `table.column`, the row, and the card or connector that the row belongs to."""

    column: str
    row: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Canary:
    """One secret, as it was first written, and every place where it lies."""

    kind: str
    text: str
    places: frozenset[Place] = frozenset()

    def __str__(self) -> str:
        return f"{self.kind} {self.text!r} of {', '.join(sorted({p.column for p in self.places})) or 'nobody known'}"


@dataclass
class Cage:
    """All canaries of one test, by the needle that each is found by."""

    _kinds: dict[str, tuple[str, str]] = field(default_factory=dict)
    _places: dict[str, set[Place]] = field(default_factory=dict)
    _placed: int = 0

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def version(self) -> tuple[int, int]:
        """Changes with every canary and with every place where one lies."""
        return len(self._kinds), self._placed

    def add(self, kind: str, text: str, place: Place | None = None) -> None:
        """Take a canary in. A text too short to be told from chance is left out."""
        for needle in _needles(kind, text):
            self._kinds.setdefault(needle, (kind, text))
            known = self._places.setdefault(needle, set())
            if place is not None and place not in known:
                known.add(place)
                self._placed += 1

    def copied(self) -> Cage:
        """Return a cage with the same canaries, which can take in more without this one."""
        return Cage(dict(self._kinds), {needle: set(places) for needle, places in self._places.items()}, self._placed)

    def joined(self, other: Cage) -> Cage:
        """Take in every canary of another cage, and return this one."""
        for needle, kind in other._kinds.items():
            self._kinds.setdefault(needle, kind)
            known, more = self._places.setdefault(needle, set()), other._places.get(needle, set())
            self._placed += len(more - known)
            known |= more
        return self

    def add_sealed(self, row: Any, column: str, text: str) -> None:
        """Take in what was sealed into a row: contact points, notes, own addresses, and fields of an introduction."""
        at = f"{row._meta.db_table}.{column}"
        holder = str(getattr(row, "person_id", "") or getattr(row, "owner_id", "") or "")
        place = Place(at, str(row.pk), holder)
        if at in _ALONE:
            self.add(_ALONE[at] or str(_POINTS.get(row.kind, "words")), text, place)
        elif at in _FIELDS and text:
            for kind, value in _fields(json.loads(text), _FIELDS[at]):
                self.add(kind, value, place)

    def found(self, texts: Iterable[str]) -> set[Canary]:
        """Return the canaries that stand in any of the texts, which are in small letters."""
        return {self._canary(needle) for needle in self._needles_in(texts)}

    def _needles_in(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            # A letter wraps its lines; a note is looked for as if it did not.
            flat = " ".join(text.split())
            needles: Iterable[str] = self._kinds
            if len(self._kinds) > _MANY:
                beginnings = {flat[at : at + 6] for at in range(len(flat) - 5)}
                needles = [needle for needle in self._kinds if needle[:6] in beginnings]
            yield from (needle for needle in needles if needle in flat)

    def _canary(self, needle: str) -> Canary:
        kind, text = self._kinds[needle]
        return Canary(kind, text, frozenset(self._places.get(needle, ())))


_POINTS = {"email": "address", "phone": "phone", "profile": "words"}


def _needles(kind: str, text: str) -> Iterator[str]:
    plain = " ".join(text.split()).casefold()
    if len(plain) >= _SHORTEST.get(kind, _SHORTEST_WORDS):
        yield plain
    if kind == "phone" and len(digits := _NOT_A_DIGIT.sub("", plain)) >= _SHORTEST["phone"]:
        yield digits


def _fields(stored: object, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, kind in known.items():
        value = stored.get(name) if isinstance(stored, dict) else None
        if isinstance(value, str) and value:
            yield kind, value
