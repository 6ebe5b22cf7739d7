"""What network tells other rooms: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the connector's own sources show of somebody (K1), for the connector's eyes alone (S1).

    `seen` needs an address in common: a name can be written by anybody (D5). `by_name` says that only a name
    was met; then `sources` and `first` belong to a card that may be another person's. `word` is the connector's own,
    which they wrote by heart; `sentence` begins with it.
    """

    seen: bool
    sources: tuple[str, ...]
    first: date | None
    last: date | None
    sentence: str
    by_name: bool = False
    word: str = ""


@dataclass(frozen=True, slots=True)
class HistoryReport:
    """What became of the messages of an import: taken and left out are all of them. Problems are about files."""

    taken: int
    left_out: dict[str, int]
    problems: list[HistoryProblem]


@dataclass(frozen=True, slots=True)
class HistoryProblem:
    """A file that was named and could not be read, and why."""

    where: str
    why: str


@dataclass(frozen=True, slots=True)
class HistoryProgress:
    """How far an import is: waiting, running, stopped, done or refused (then `refusal` says why).

    `size` and `passed` are bytes; `size` is 0 where nobody knows before the end.
    """

    id: str
    name: str
    state: str
    made_at: datetime
    size: int
    passed: int
    taken: int
    left_out: dict[str, int]
    problem_count: int
    problems: list[HistoryProblem]
    refusal: str


@dataclass(frozen=True, slots=True)
class HistorySource:
    """An archive that is in the log, by the name that its owner knows it by."""

    id: str
    name: str
    kind: str
    messages: int
    added_at: datetime
