"""What is known of one tie, as the owner sees it, and how near that is in four words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from math import nextafter
from typing import Any, Self

# From here on somebody is known: a letter each way nearly every month for a year. And strong: every other week
# (tests/network/test_ties_levels.py counts it out). Somebody who writes to thirty people weekly stays below.
KNOWN = 0.35
STRONG = 0.6
# A card in an address book or a LinkedIn connection, with nothing beside it. By itself that is no more than weak.
CARD_ALONE = 0.1


class Level(StrEnum):
    """How near somebody is, as people say it."""

    UNKNOWN = "unknown"
    WEAK = "weak"
    KNOWN = "known"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the log shows between the owner and one person: counts, and moments in seconds since 1970, UTC.

    `out` is what the owner sent and `back` what came from the other. `word` is the owner's own, as a sentence.
    """

    out: int = 0
    back: int = 0
    weeks_out: int = 0
    weeks_back: int = 0
    direct_out: int = 0
    direct_back: int = 0
    opened_out: int = 0
    opened_back: int = 0
    weight_out: float = 0.0
    weight_back: float = 0.0
    meetings: int = 0
    weeks_met: int = 0
    weight_met: float = 0.0
    first: int | None = None
    last: int | None = None
    last_out: int | None = None
    last_back: int | None = None
    last_met: int | None = None
    word: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what is told apart from silence; `from_json` reads it back."""
        return {name: value for name, value in asdict(self).items() if value not in {0, None, ""}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` gave; what a later version wrote beside it is left."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})


def facts_of(row: Mapping[str, Any], *, turned: bool = False) -> tuple[float, Facts]:
    """Return strength and facts of a row of `strengths`, as `one` sees them; `turned`, as `other` does."""
    mine, theirs = ("back", "out") if turned else ("out", "back")
    names = (
        {f"{name}{own}": f"{name}{seen}" for name in _BOTH_WAYS for own, seen in (("out", mine), ("back", theirs))}
        | {name: name for name in _OF_BOTH}
    )  # fmt: skip
    strength: float = row["strength_back" if turned else "strength"]
    return strength, Facts(**{own: row[seen] for own, seen in names.items()})


_BOTH_WAYS = ("", "weeks_", "direct_", "opened_", "weight_", "last_")
_OF_BOTH = ("meetings", "weeks_met", "weight_met", "first", "last", "last_met")


def level(strength: float | None) -> Level:
    """Return the word for a strength; None is unknown, which is not zero."""
    if strength is None:
        return Level.UNKNOWN
    if strength >= STRONG:
        return Level.STRONG
    return Level.KNOWN if strength >= KNOWN else Level.WEAK


def with_word(strength: float | None, how_well: str, *, card: bool = False) -> float | None:
    """Return a strength as the owner's word has it ("well", "somewhat", "by_name", ""), which wins both ways.

    Within what the word allows the log decides, so that of two friends the nearer stays the nearer. A `card` alone
    is weak, whatever it says of itself; neither card nor log nor word is None: unknown.
    """
    if strength is None and card:
        strength = CARD_ALONE
    if how_well not in _ALLOWED:
        return strength
    least, most = _ALLOWED[how_well]
    return min(max(strength or 0.0, least), most)


_ALLOWED = {
    "well": (STRONG, 1.0),
    "somewhat": (KNOWN, nextafter(STRONG, 0)),
    "by_name": (CARD_ALONE, nextafter(KNOWN, 0)),
}
