"""A small world without a database: a store that obeys the protocol's acts, a relay, a clock, and everyone's letters.

It keeps what the real store keeps (pairs, slots, wishes, one row for each ask) and checks at its own point of no
return what the real one checks. Beside each chapter runs a twin that never hears from the target.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from twoyes.introductions.protocol import (
    Act,
    Actor,
    Advanced,
    Channel,
    Event,
    Introduction,
    LetterDue,
    Origin,
    Role,
    Side,
    State,
    advance,
)
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.protocol.table import ANSWERS
from twoyes.lib.errors import Refused

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DESK = Actor(Role.CONNECTOR, "cora")
REQUESTER = Actor(Role.REQUESTER, "rita")
HOLDER = Actor(Role.LINK_HOLDER, "link")
RELAY = Actor(Role.RELAY)
CLOCK = Actor(Role.CLOCK)
PROGRAM = Actor(Role.PROGRAM)
FINALS = frozenset({"declined", "lapsed", "not_this_time", "passed_on"})


@dataclass
class Letter:
    """A letter due, and what became of it: queued, sent, unknown, failed, parked or dropped."""

    kind: str
    to: str
    due: datetime
    not_after: datetime | None
    person: str
    state: str = "queued"
    left_at: datetime | None = None
    invited: bool = False


@dataclass
class Chapter:
    """One introduction: who is who, its journal, its letters, and the twin that the target never answers."""

    asker: str
    target: str
    snapshot: Introduction = field(default_factory=Introduction)
    journal: list[tuple[Event, datetime]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    twin: Introduction = field(default_factory=Introduction)
    twin_letters: list[LetterDue] = field(default_factory=list)
    owed: list[LetterDue] = field(default_factory=list)
    invited: Side | None = None
    spoken: bool = False

    @property
    def state(self) -> str | None:
        return self.snapshot.state

    def person(self, side: str) -> str:
        return {"requester": self.asker, "first": self.asker, "writer": self.asker, "connector": "cora"}.get(
            side, self.target
        )


@dataclass(frozen=True)
class Handover:
    """An ask or details that may be out in the world: by the relay, or given out by hand."""

    asker: str
    target: str
    person: str
    at: datetime
    kind: str
    invited: bool
    pressed: bool
    order: int


class World:
    """People, chapters and what binds them. `now` only moves by `wait`."""

    def __init__(self) -> None:
        self.now = START
        self.chapters: list[Chapter] = []
        self.pairs: dict[frozenset[str], Chapter] = {}
        self.slots: dict[str, tuple[datetime, Chapter]] = {}
        self.wishes: dict[tuple[str, str], Chapter] = {}
        self.erased: set[str] = set()
        self.handovers: list[Handover] = []
        self.order = 0

    # --- events

    def open(self, kind: str, asker: str, target: str, actor: Actor = DESK, **data: Scalar) -> Chapter:
        """Begin a chapter between two people."""
        chapter = Chapter(asker, target)
        self.chapters.append(chapter)
        self.do(chapter, kind, actor, same_person=asker == target, **data)
        return chapter

    def do(self, chapter: Chapter, kind: str, actor: Actor, **data: Scalar) -> Advanced:
        """Hand in an event now; the store obeys its acts, then queues its letters. Raises `Refused`."""
        if kind in ANSWERS:
            data.setdefault("side", str(chapter.snapshot.side))
        event = Event(kind, actor, data)
        advanced = advance(chapter.snapshot, event, self.now)
        if kind == "by_hand" and chapter.state is State.ASKING:
            self._by_hand(chapter)
        if Act.TAKE_PAIR in advanced.acts and self._held_by_others(chapter):
            raise Refused("pair", "These two cannot be asked about each other.")
        before, chapter.snapshot = chapter.snapshot, advanced.introduction
        chapter.journal.append((event, self.now))
        self.order += 1
        chapter.order.append(self.order)
        for act in advanced.acts:
            self._obey(chapter, act, before)
        self._queue(chapter, advanced)
        self._twin_hears(chapter, event, before)
        chapter.spoken |= chapter.snapshot.told_at is not None or chapter.snapshot.face.again is not None
        return advanced

    def wait(self, span: timedelta) -> None:
        """Let time pass, and fire every deadline that has come, in order."""
        self.now += span
        self._fire_due()

    def fire_late(self, span: timedelta) -> None:
        """Let time pass while the worker sleeps."""
        self.now += span

    def _fire_due(self) -> None:
        for chapter in list(self.chapters):
            for _ in range(100):
                timer = chapter.snapshot.next_timer
                if timer is None or timer.at > self.now:
                    break
                self.do(chapter, timer.name, CLOCK)
            self._twin_clock(chapter)

    # --- the relay

    def send(self, chapter: Chapter, letter: Letter, result: str = "sent") -> None:
        """Carry one due letter past its point of no return, if everything still stands, and report the result."""
        cause = self._blocked(chapter, letter)
        if cause == "drop":
            letter.state = "dropped"
            return
        if cause is not None:
            letter.state = "parked"
            data: dict[str, Scalar] = {"cause": cause, "side": letter.to, "letter": letter.kind}
            if cause == "spacing":
                data["slot"] = self.slots[letter.person][0].isoformat()
            self.do(chapter, "blocked", RELAY, **data)
            return
        if letter.kind == "introduction" and chapter.state is State.AGREED:
            try:
                self.do(chapter, "introduced", RELAY)
            except Refused:
                letter.state = "dropped"
                return
        letter.left_at = self.now
        letter.state = result
        if letter.kind in {"ask", "details"}:
            self._hand_over(chapter, letter.person, letter.kind)
            self.do(chapter, result, RELAY, side=letter.to, letter=letter.kind)

    def due(self, chapter: Chapter) -> list[Letter]:
        return [one for one in chapter.letters if one.state == "queued" and one.due <= self.now]

    def send_all(self) -> None:
        for chapter in list(self.chapters):
            for letter in self.due(chapter):
                if letter.state == "queued":
                    self.send(chapter, letter)

    def _blocked(self, chapter: Chapter, letter: Letter) -> str | None:
        """The point of no return: everything is checked once more. Returns the cause, "drop", or None to go on."""
        state, i = chapter.state, chapter.snapshot
        wanted = {
            "ask": state is State.ASKING and letter.to == i.side,
            "details": state is State.PASSED,
            "introduction": state in {State.AGREED, State.INTRODUCED},
        }.get(letter.kind, True)
        if not wanted:
            return "drop"
        if letter.kind not in {"ask", "details"}:
            return None
        found = {
            "not_after": letter.not_after is not None and self.now >= letter.not_after,
            "erased": bool({chapter.asker, chapter.target} & self.erased),
            "wish": (letter.person, self._other(chapter, letter.person)) in self.wishes,
            "pair": self._held_by_others(chapter),
            "spacing": self._slot_taken(chapter, letter),
        }
        return next((cause for cause, holds in found.items() if holds), None)

    def _slot_taken(self, chapter: Chapter, letter: Letter) -> bool:
        slot = self.slots.get(letter.person)
        answer = letter.kind == "details" and chapter.snapshot.passed_by == "target"
        return slot is not None and slot[1] is not chapter and self.now < slot[0] and not answer

    def _by_hand(self, chapter: Chapter) -> None:
        person = chapter.person(str(chapter.snapshot.side))
        wished = (person, self._other(chapter, person)) in self.wishes
        slot = self.slots.get(person)
        close = slot is not None and slot[1] is not chapter and self.now < slot[0]
        if wished or close or self._held_by_others(chapter) or {chapter.asker, chapter.target} & self.erased:
            raise Refused("cannot_be_asked", "This person cannot be asked.")
        self._hand_over(chapter, person, "ask")

    def _hand_over(self, chapter: Chapter, person: str, kind: str) -> None:
        i = chapter.snapshot
        pressed = kind == "details" and i.passed_by == "target"
        invited = kind == "ask" and chapter.invited == i.side
        self.handovers.append(
            Handover(chapter.asker, chapter.target, person, self.now, kind, invited, pressed, self.order)
        )
        self.pairs[frozenset((chapter.asker, chapter.target))] = chapter
        if not pressed:
            self.slots[person] = (self.now + i.terms.spacing, chapter)

    # --- what the store does

    def _obey(self, chapter: Chapter, act: Act, before: Introduction) -> None:
        pair = frozenset((chapter.asker, chapter.target))
        if act is Act.TAKE_PAIR:
            self.pairs[pair] = chapter
        elif act is Act.RELEASE_PAIR and not chapter.snapshot.asked:
            self.pairs.pop(pair, None)
            self.handovers = [h for h in self.handovers if (h.asker, h.target, h.at) != (*_two(chapter), self.now)]
            self.slots = {who: slot for who, slot in self.slots.items() if slot[1] is not chapter}
        elif act is Act.SET_WISH:
            self._set_wish(chapter, before)
        elif act is Act.DROP_WISH:
            self.wishes = {wish: of for wish, of in self.wishes.items() if of is not chapter}
        elif act is Act.OPEN_CHAPTER:
            self._continue(chapter)
        else:
            self._call_back(chapter, act)

    def _set_wish(self, chapter: Chapter, before: Introduction) -> None:
        event = chapter.journal[-1][0]
        person = chapter.person(event.text("side", str(before.side)))
        self.wishes[person, self._other(chapter, person)] = chapter

    def _call_back(self, chapter: Chapter, act: Act) -> None:
        kinds = {
            Act.DROP_ASK: {"ask", "details"},
            Act.PARK_ASK: {"ask"},
            Act.MOVE_ASK: {"ask"},
            Act.DROP_INTRODUCTION: {"introduction"},
            Act.DROP_DATE: {"on_its_way"},
            Act.DROP_AGAIN: {"still_looking", "late_yes"},
        }.get(act, set())
        for letter in chapter.letters:
            if letter.state == "queued" and letter.kind in kinds:
                letter.state = "dropped"

    def _queue(self, chapter: Chapter, advanced: Advanced) -> None:
        for due in advanced.letters:
            chapter.owed.append(due)
            chapter.letters.append(Letter(due.kind, due.to, due.due, due.not_after, chapter.person(due.to)))

    def _continue(self, old: Chapter) -> None:
        i = old.snapshot
        new = Chapter(old.asker, old.target, invited=None if i.late_yes else i.side)
        self.chapters.append(new)
        pair = frozenset((old.asker, old.target))
        if self.pairs.get(pair) is old:
            self.pairs[pair] = new
        data: dict[str, Scalar] = {
            "origin": str(i.origin),
            "side": str(i.side),
            "late_yes": i.late_yes,
            "may_pass_on": i.may_pass_on,
            "draw": 7200.0,
        }
        self.do(new, "continued", DESK, **data)

    def _held_by_others(self, chapter: Chapter) -> bool:
        holder = self.pairs.get(frozenset((chapter.asker, chapter.target)))
        return holder is not None and holder is not chapter

    def _other(self, chapter: Chapter, person: str) -> str:
        return chapter.target if person == chapter.asker else chapter.asker

    # --- the twin: the same request, approval and clock, and not a word of the target's

    def _twin_hears(self, chapter: Chapter, event: Event, before: Introduction) -> None:
        role = event.actor.role
        about_target = event.text("side", str(before.side)) != Side.FIRST
        theirs = role in {Role.LINK_HOLDER, Role.RELAY} or event.kind.startswith("noted_")
        if role is Role.CLOCK or (theirs and about_target):
            return
        try:
            advanced = advance(chapter.twin, event, self.now)
        except Refused:
            return
        chapter.twin = advanced.introduction
        chapter.twin_letters += advanced.letters

    def _twin_clock(self, chapter: Chapter) -> None:
        while (timer := chapter.twin.next_timer) is not None and timer.at <= self.now:
            advanced = advance(chapter.twin, Event(timer.name, CLOCK), self.now)
            chapter.twin = advanced.introduction
            chapter.twin_letters += advanced.letters


def _two(chapter: Chapter) -> tuple[str, str]:
    return chapter.asker, chapter.target


def open_request(world: World, asker: str = "rita", target: str = "tom", **data: Scalar) -> Chapter:
    """Open a request and prove its address."""
    chapter = world.open("requested", asker, target, REQUESTER, may_pass_on=True, **data)
    world.do(chapter, "verified", REQUESTER)
    return chapter


def approved(world: World, asker: str = "rita", target: str = "tom", **data: Scalar) -> Chapter:
    """Open a request and approve it."""
    chapter = open_request(world, asker, target)
    world.do(chapter, "approve", DESK, draw=7200.0, **data)
    return chapter


def asked(world: World, asker: str = "rita", target: str = "tom", result: str = "sent", **data: Scalar) -> Chapter:
    """Open a request, approve it, and let the ask leave (or not)."""
    chapter = approved(world, asker, target, **data)
    if chapter.snapshot.channel is Channel.BY_HAND:
        world.do(chapter, "by_hand", DESK)
        return chapter
    for letter in world.due(chapter):
        if letter.kind == "ask":
            world.send(chapter, letter, result)
    return chapter


def kinds_to(chapter: Chapter, *sides: str) -> list[str]:
    """The kinds of letters owed to these sides, in order."""
    return [letter.kind for letter in chapter.letters if letter.to in sides and letter.state != "dropped"]


def waits(chapter: Chapter) -> bool:
    """Whether somebody with a proved address asked in this chapter."""
    kinds = {event.kind for event, _ in chapter.journal}
    i = chapter.snapshot
    if i.origin is Origin.OFFERED:
        return i.hears_by is not None or ("continued" in kinds and i.side is Side.SECOND)
    return bool(kinds & {"verified", "claimed", "continued"})
