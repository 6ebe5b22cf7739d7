"""What the verbs return to the doors and to the mail room: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from twoyes.introductions.protocol import State, View

# The fields of a request, in the order of the form.
REQUEST_FIELDS = tuple(
    "name email target about_me why_them why_now benefit ask format minutes by_when homework how_we_know"
    " link phone may_pass_on language".split()
)
FORMATS = ("call", "video", "coffee", "meal", "interview", "mail", "other")
VOUCH_LEVELS = ("vouch", "know", "no_vouch")
APPROVAL_FIELDS = tuple("target vouch vouch_level why_requester why_target personal_line channel mode blind".split())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did: the introduction, its state now, and the kinds of letters that it owes."""

    id: str
    state: State
    letters: tuple[str, ...] = ()
    seq: int = 0
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Frozen:
    """A text as it was approved. `sha256` is over subject, text and html and is checked before it leaves (D8)."""

    subject: str
    text: str
    html: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """All that one letter may say, for the person on `side` and nobody else (S1, E4).

    `whom` names the target in the requester's own words; `target_name` and `target_address` are empty in every
    letter to the requester before the introduction. Instants are UTC; `zone` is the reader's.
    """

    kind: str
    side: str
    connector_name: str
    connector_handle: str
    connector_address: str
    letter: str = ""
    introduction: str = ""
    message_id: str = ""
    origin: str = "asked"
    language: str = "en"
    zone: str = "UTC"
    recipient: str = ""
    recipient_name: str = ""
    requester_name: str = ""
    requester_address: str = ""
    target_name: str = ""
    target_address: str = ""
    whom: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    approval: Mapping[str, str] = field(default_factory=dict)
    consolation: Mapping[str, str] = field(default_factory=dict)
    answer_words: Mapping[str, str] = field(default_factory=dict)
    writer_name: str = ""
    hears_by: datetime | None = None
    answer_until: datetime | None = None
    token: str = ""
    stop_token: str = ""
    code: str = ""
    trouble: str = ""
    about: str = ""
    """To the connector: the side whose late yes, or whose letter in trouble, is spoken of."""
    introduced: bool = False
    notable: tuple[str, ...] = ()
    """Of an answer by mail: which could be noted now, as the connector's word."""
    outcome: str = ""
    proposed: tuple[datetime, ...] = ()
    """Times to propose, on the clock of the one who was asked, where they said which that is (F1)."""
    counts_from: datetime | None = None
    """From when on a word that is owed stands beside what they ask next (F4, K5)."""
    missed_at: datetime | None = None
    """When a date was said to be missed by whoever writes first."""
    standing: bool = False
    """The one who was to be asked had said yes in advance: nobody asked them."""
    frozen: Frozen | None = None
    connector: str = ""
    way: str = ""
    """The connector's own way out, where this letter takes it: `mailbox` or `draft` (`people.OwnWay`)."""
    waiting: tuple[DigestLine, ...] = ()
    news: tuple[News, ...] = ()
    month: datetime | None = None
    """What was told in one month, and the instant at which that month began for the connector."""
    came: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    """The inbox's id of what a letter hands on to the connector, and its words, which the mail room fills in."""


def hands_off(approval: Mapping[str, str]) -> bool:
    """Say whether the connector chose to stay out of the thread from the beginning (F2)."""
    return approval.get("mode", "").replace("_", "-") in {"hand-off", "handoff"}


@dataclass(frozen=True, slots=True)
class News:
    """One introduction of which something came: between whom, what, in whose words, and when it was told."""

    introduction: str
    requester: str
    target: str
    outcome: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DigestLine:
    """One line of the connector's digest: whose introduction, in which state, since when, and what is new."""

    introduction: str
    requester: str
    target: str
    state: str
    since: datetime
    news: str = ""


# What waits for the connector, whatever else is known of it.
WAITS = (State.WAITING, State.TALKING, State.DRAFT)
# And where all said yes, which leaves by itself unless a person must act.
MAY_WAIT = (*WAITS, State.AGREED)
# From the introduction on.
OUT = (State.INTRODUCED, State.CONNECTED, State.AWAITING_OUTCOME, State.CLOSED, State.UNREPORTED)
# What no desk shows.
HIDDEN = (State.UNVERIFIED, State.DISCARDED, State.ERASED)


class DeskRow(NamedTuple):
    """One line of the desk. `target` is the requester's words until approval, then the name.

    It `waits` for the connector where nothing goes on without them. `language` is what whoever asked reads, told where
    a no may be said and "" elsewhere.
    What comes next is known of the one introduction that is looked at, and of no line of a list.
    """

    id: str
    state: State
    requester: str
    target: str
    age_days: int
    opened_at: datetime
    waits: bool
    next_event: str = ""
    next_at: datetime | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class DeskPart:
    """Some rows of the desk's list, with how many wait and how many there are in all."""

    rows: tuple[DeskRow, ...]
    waits: int
    total: int


@dataclass(frozen=True, slots=True)
class SaidNo:
    """One line of a connector's log of noes. `came_back` is the next request of the same person, or ""."""

    introduction: str
    at: datetime
    requester: str
    target: str
    why: str = ""
    offered: str = ""
    come_back: date | None = None
    came_back: str = ""


@dataclass(frozen=True, slots=True)
class JournalLine:
    seq: int
    event: str
    at: datetime
    actor: str
    door: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """What was seen of the two after their introduction; what was not seen is not said to be not done (F1, F2).

    `after` is how long after the introduction the first line was seen, or said to be written; `by` is whose it was:
    requester or target, "" where it was only said. `copied` is where the connector stood last, `cc` or `bcc`; "" is
    not known. `meeting` is the last date that one of them invited the other to.
    """

    after: timedelta
    by: str = ""
    copied: str = ""
    meeting: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """All that the connector sees of one introduction. Addresses of the target are not in it."""

    row: DeskRow
    turn: int
    words: Mapping[str, str]
    requester_address: str
    requester_verified: bool
    approval: Mapping[str, str]
    answer: str
    answer_noted: bool
    answer_words: Mapping[str, str]
    acts: tuple[str, ...]
    journal: tuple[JournalLine, ...]
    letters: tuple[LetterLine, ...]
    target_id: str = ""
    hears_by: datetime | None = None
    answer_until: datetime | None = None
    leaves_at: datetime | None = None
    not_before: date | None = None
    channel: str = ""
    may_pass_on: bool = False
    chapter_of: str = ""
    late_yes: bool = False
    """They said yes after the deadline, and nothing came of it so far."""
    asked_side: str = "target"
    notable: tuple[str, ...] = ()
    """The answers given elsewhere that may be noted now."""
    asked_id: str = ""
    """In a later chapter of an offer the card of the side that invited it: nobody else can be asked."""
    outcome: str = ""
    """What became of it, by the last word of whoever asked: a code of DESIGN's form."""
    went: str = ""
    """How it went, by the last word of the one who was asked, where they chose one of its codes."""
    missed_at: datetime | None = None
    """When it was said that whoever writes first missed a date; `mended` is how they answered for it."""
    mended: str = ""
    thread: Thread | None = None
    """What was seen after the introduction, once anything was."""


@dataclass(frozen=True, slots=True)
class LetterLine:
    kind: str
    side: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RequesterPage:
    """The requester's page: their own words and the one view they may have (quiet-no)."""

    introduction: str
    link: str
    view: View
    turn: int
    connector_name: str
    connector_handle: str
    whom: str
    words: Mapping[str, str]
    help: Mapping[str, str]
    consolation: Mapping[str, str]
    target_name: str = ""
    language: str = "en"
    zone: str = "UTC"
    outcome: str = ""
    missed_at: datetime | None = None
    """When it was said that they missed a date, as long as they have not answered for it (K5)."""
    proposed: tuple[datetime, ...] = ()
    """Times to propose to the other, on their clock, where they said which that is (F1)."""
    hands_off: bool = False
    """The connector stays out of the thread from the beginning."""


@dataclass(frozen=True, slots=True)
class TargetPage:
    """The target's page. `may` are the answers and acts open now; `addressee` names them in part."""

    introduction: str
    link: str
    side: str
    state: State
    turn: int
    may: tuple[str, ...]
    connector_name: str
    connector_handle: str
    addressee: str
    target_name: str
    other_name: str
    address_partly: str
    approval: Mapping[str, str]
    words: Mapping[str, str]
    answer: str
    answer_until: datetime | None
    blind: bool = False
    quiet: bool = False
    ended: str = ""
    language: str = "en"
    zone: str = "UTC"
    introduced_at: datetime | None = None
    late_yes: bool = False
    addressed: bool = True
    """An address is known that may be given: theirs, or another that they named."""
    hears_by: datetime | None = None
    """The date promised to the first side of an offer that waits for the other."""
    as_draft: bool = False
    """The connector sends the introduction themselves, from their own mailbox."""
