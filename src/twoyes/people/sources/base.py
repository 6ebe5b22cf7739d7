"""What a kind of contact file has to offer. To add one, copy the folder of another and list it in KINDS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the file has them, cleaned; `line` is where they stand. What is not there is empty."""

    line: int
    name: str
    organisation: str = ""
    position: str = ""
    known_since: date | None = None
    address: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Every record of a file: taken, or rejected with its line and the reason in words."""

    entries: list[Entry] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of contact file: its name (kept with the cards), and the two functions it consists of."""

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[str], Reading]
