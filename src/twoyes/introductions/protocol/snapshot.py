"""The words of the introduction protocol: states, roles, events, letters due, and the snapshot they act on.

Everything here is a frozen value. Nothing reads a clock, nothing does I/O, nothing knows a framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from twoyes.lib import limits

Scalar = str | int | float | bool | None
NOTHING: Mapping[str, Scalar] = MappingProxyType({})


def utc(at: datetime) -> datetime:
    """Return the same instant in UTC, where a day has 24 hours; elsewhere Python adds days by the calendar.

    Raises `ValueError` for a time without a zone, which is no instant at all.
    """
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at.astimezone(UTC)


class State(StrEnum):
    DRAFT = "draft"
    UNVERIFIED = "unverified"
    WAITING = "waiting"
    TALKING = "talking"
    RETURNED = "returned"
    ASKING = "asking"
    AGREED = "agreed"
    INTRODUCED = "introduced"
    CONNECTED = "connected"
    PASSED = "passed"
    AWAITING_OUTCOME = "awaiting_outcome"
    CLOSED = "closed"
    UNREPORTED = "unreported"
    DECLINED = "declined"
    LAPSED = "lapsed"
    REFUSED = "refused"
    UNDELIVERABLE = "undeliverable"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"
    ERASED = "erased"


class Origin(StrEnum):
    ASKED = "asked"
    OFFERED = "offered"
    RECORDED = "recorded"


class Role(StrEnum):
    CONNECTOR = "connector"
    DELEGATE = "delegate"
    REQUESTER = "requester"
    TARGET = "target"
    LINK_HOLDER = "link_holder"
    CLOCK = "clock"
    RELAY = "relay"
    PROGRAM = "program"


class Side(StrEnum):
    """Whom an ask or an answer belongs to: `target` where somebody asked, `first` and `second` in an offer."""

    TARGET = "target"
    FIRST = "first"
    SECOND = "second"


class Channel(StrEnum):
    RELAY = "relay"
    MAILBOX = "mailbox"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who caused an event: a role, the id of a row (never a name or an address), and the door it came through."""

    role: Role
    id: str = ""
    door: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """A connector's numbers, in force for one event.

    `closed` holds closed weeks as pairs of their first instant and the instant after their last.
    """

    remind_after: timedelta = limits.WAITING_REMINDER
    lapse_after: timedelta = limits.WAITING_AGE
    ask_length: timedelta = limits.ASK_AGE
    spacing: timedelta = limits.SPACING
    closed: tuple[tuple[datetime, datetime], ...] = ()

    def __post_init__(self) -> None:
        closed = tuple((utc(first), utc(end)) for first, end in self.closed)
        object.__setattr__(self, "closed", closed)

    @property
    def answer_time(self) -> timedelta:
        """How long an answer is waited for: the ask's own length, never under a week."""
        return max(self.ask_length, limits.ASK_AGE_LEAST)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened, by whom, with the plain facts that the table needs (journalled as they stand).

    `seen` is the turn that the page showed when the button was pressed (the view's own turn on a requester's page);
    None where no page was involved. `due` is set by `advance` alone: the deadline that a clock event fires.
    """

    kind: str
    actor: Actor
    data: Mapping[str, Scalar] = NOTHING
    seen: int | None = None
    terms: Terms | None = None
    due: datetime | None = None

    def text(self, name: str, default: str = "") -> str:
        value = self.data.get(name)
        return value if isinstance(value, str) else default

    def flag(self, name: str) -> bool:
        return self.data.get(name) is True

    def seconds(self, name: str) -> timedelta:
        value = self.data.get(name)
        return timedelta(seconds=float(value)) if isinstance(value, (int, float)) else timedelta()

    def instant(self, name: str) -> datetime | None:
        value = self.data.get(name)
        return utc(datetime.fromisoformat(value)) if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True, order=True)
class Timer:
    """A deadline, fixed when set: at `at` (UTC) the clock hands in the event `name`."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class LetterDue:
    """A letter that a transition owes. `to` is requester, target, connector, first, second or writer."""

    kind: str
    to: str
    due: datetime
    not_after: datetime | None = None


class Act(StrEnum):
    """What the store must do in the same transaction as the journal entry, before it writes the letters due."""

    # Both may be asked for again by the introduction that holds them, which then changes nothing.
    TAKE_PAIR = "take_pair"
    TAKE_SLOT = "take_slot"
    RELEASE_PAIR = "release_pair"
    MOVE_ASK = "move_ask"
    # Asks and details of which no copy has left: parked for a new approval, or not wanted any more.
    PARK_ASK = "park_ask"
    DROP_ASK = "drop_ask"
    DROP_DATE = "drop_date"
    DROP_AGAIN = "drop_again"
    DROP_INTRODUCTION = "drop_introduction"
    SET_WISH = "set_wish"
    DROP_WISH = "drop_wish"
    OPEN_CHAPTER = "open_chapter"


@dataclass(frozen=True, slots=True)
class Face:
    """All that the view of whoever asked is made of. No answer of the target writes it (quiet-no), but for two.

    `told_at`: the target ticked that a no may be told. `again`: from this instant "are you still looking?" may be
    asked, which the target permitted. `turn` counts the stages, and nothing that is hidden from the requester.
    `missed_at`: after an introduction a date was missed, it is said, and they have not answered for it yet (K5).
    """

    stage: str = ""
    since: datetime | None = None
    hears_by: datetime | None = None
    again: datetime | None = None
    told_at: datetime | None = None
    turn: int = 0
    missed_at: datetime | None = None


@dataclass(frozen=True)
class Introduction:
    """The snapshot of one chapter: the fold of its journal.

    `turn` is the sequence number at which state or answer last changed: pages carry it, so that a post from a page
    that showed something else is told so. `before` is the state that `undo` returns to. `hears_by` is the promised
    date and `told_at` an earlier one that the target allowed. `final` is the kind of the one final letter, or
    `none` when there is nobody left to write to. `outcome` is the last word of whoever writes first on what became of
    it, `went` that of the other; `missed_at` is when a date was said to be missed by whoever writes first, `missed_by`
    who said so first (`writer` or `other`, and it stays), `mended` how they answered for it.
    """

    state: State | None = None
    origin: Origin = Origin.ASKED
    seq: int = 0
    turn: int = 0
    terms: Terms = Terms()
    channel: Channel = Channel.RELAY
    as_draft: bool = False
    may_pass_on: bool = False
    side: Side = Side.TARGET
    before: State | None = None
    approved_at: datetime | None = None
    leaves_at: datetime | None = None
    hears_by: datetime | None = None
    told_at: datetime | None = None
    answer_until: datetime | None = None
    first_until: datetime | None = None
    first_noted: bool = False
    asked: tuple[Side, ...] = ()
    answer: str = ""
    noted: bool = False
    wish: bool = False
    addressed: bool = True
    standing: bool = False
    passed_by: str = ""
    passed_until: datetime | None = None
    details_out: bool = False
    barred: bool = False
    withdrawn_by: str = ""
    final: str = ""
    late_yes: bool = False
    permits_again: bool = False
    come_back: datetime | None = None
    still_due: datetime | None = None
    reachable_again: bool = False
    confirmed: tuple[str, ...] = ()
    chapter_opened: bool = False
    hold_until: datetime | None = None
    released: bool = False
    introduced_at: datetime | None = None
    introductions: int = 0
    outcome: str = ""
    went: str = ""
    missed_at: datetime | None = None
    missed_by: str = ""
    mended: str = ""
    face: Face = Face()
    timers: tuple[Timer, ...] = ()

    @property
    def next_timer(self) -> Timer | None:
        """The next deadline, or None."""
        return min(self.timers, default=None)

    @property
    def leaves_by_itself(self) -> bool:
        """Whether an introduction that all agreed to needs nobody more: an address, a letter, and a promised date."""
        return self.addressed and not self.as_draft and self.hears_by is not None

    def changed(self, **fields: object) -> Introduction:
        """Return a copy with these fields changed. Raises `TypeError` for a name that is no field.

        What `dataclasses.replace` does, at a twentieth of its price: it calls a constructor of fifty arguments.
        """
        if not _FIELDS.issuperset(fields):
            raise TypeError(f"no such field among {sorted(fields)}")
        values = self.__dict__.copy()
        values.update(fields)
        copy = object.__new__(Introduction)
        object.__setattr__(copy, "__dict__", values)
        return copy


_FIELDS = frozenset(Introduction.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Advanced:
    """What `advance` returns: the next snapshot, the letters due, the store's acts, and the row that applied."""

    introduction: Introduction
    letters: tuple[LetterDue, ...] = ()
    acts: tuple[Act, ...] = ()
    row: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one effect adds to a transition: fields of the snapshot, letters due, acts of the store."""

    fields: Mapping[str, object] = field(default_factory=dict)
    letters: tuple[LetterDue, ...] = ()
    acts: tuple[Act, ...] = ()
