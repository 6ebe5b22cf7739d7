"""What network tells other rooms: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from twoyes.network.ways.mine import Rhythm
from twoyes.network.ways.shared import NOTHING, Shared


class Sight(StrEnum):
    """What mail and calendars say of a tie: three things that are not each other."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    """Not seen in these sources up to a certain day: no more than that."""
    UNREAD = "unread"
    """Nothing was read that could show it, or not yet."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """The plain facts of a tie, for rules to weigh (K1, K2): how long and in how many weeks, never how many letters.

    `weeks` are the different weeks in which the more frequent of both wrote, or they met; `weeks_wrote` those in which
    the connector wrote; `threads` the conversations in which both stand. `how_well` is the connector's word: well,
    somewhat, by_name, or "" for none.
    """

    sight: Sight = Sight.UNREAD
    until: date | None = None
    known_since: date | None = None
    last_contact: date | None = None
    weeks: int = 0
    weeks_wrote: int = 0
    meetings: int = 0
    threads: int = 0
    how_well: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the connector's own sources show of somebody (K1), for the connector's eyes alone (S1).

    `seen` needs an address in common: a name can be written by anybody (D5). `by_name` says that only a name
    was met; then `sources` and `first` belong to a card that may be another person's. Three things are told apart:
    `word` is the connector's own, which they wrote by heart; `book` says what stands on a card; `mail` what mail and
    calendars show, or that they do not (`facts.sight`) up to `facts.until`. `sentence` is all three, the word first.
    `contact` are the first and the last day on which mail or a calendar shows them, `shared` the conversations.
    `introduced` counts to whom the connector introduced them in three years, `unheard` those of whom nothing was heard.
    `level` is unknown, weak, known or strong; `writes_first` you, they, both, or "" where nobody can tell.
    """

    seen: bool
    sources: tuple[str, ...]
    first: date | None
    last: date | None
    sentence: str
    by_name: bool = False
    word: str = ""
    book: str = ""
    mail: str = ""
    level: str = "unknown"
    writes_first: str = ""
    facts: Relationship = Relationship()
    rhythm: Rhythm | None = None
    contact: tuple[date, date] | None = None
    shared: Shared = NOTHING
    introduced: int = 0
    unheard: int = 0


@dataclass(frozen=True, slots=True)
class Between:
    """What the connector's sources show between two other people, for the connector's eyes alone (S1).

    `sentence` says it; `shared` are the conversations in which both stand; `introduced_on` is the day of the last
    letter of three years by which the connector brought them together, `heard` whether anything was heard after.
    """

    sight: Sight
    sentence: str
    until: date | None = None
    shared: Shared = NOTHING
    introduced_on: date | None = None
    heard: bool = False


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

    One that stopped since a server broke off has a `refusal`, too; it goes on where it was.

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
