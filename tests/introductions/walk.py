"""A seeded walker through the protocol: it proposes what people, relays and clocks do, mostly sensibly.

Several chapters are under way at once, each with its own clock. Six events in ten must be accepted, so that a
million of them see every corner; the rest is noise, which must be refused without a trace.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from twoyes.introductions.protocol import (
    Actor,
    Advanced,
    Event,
    Introduction,
    Role,
    Side,
    State,
    Terms,
    advance,
)
from twoyes.introductions.protocol.guards import OUTCOMES
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.introductions.protocol.table import ROLES
from twoyes.lib.errors import Refused

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
S = State
ACTORS = {role: Actor(role, f"{role}1") for role in Role}
KINDS = tuple(sorted(ROLES))
OUTCOME_WORDS = tuple(sorted(OUTCOMES))
# Which actor a sensible event has; where two are possible, the first of these.
LIKELY = (Role.CLOCK, Role.RELAY, Role.LINK_HOLDER, Role.REQUESTER, Role.CONNECTOR, Role.PROGRAM)

ANSWERS = "yes yes yes no never later their_details not_me noted_yes noted_no noted_later withdraw"
CHANGES = "yes no never later their_details undo not_me noted_yes confirm confirm withdraw"
AFTERWARDS = "requester_wrote says_wrote target_wrote bounced how_it_went amends send_again outcome close"
# What is likely in each state; a word said twice is twice as likely. The clock comes of itself.
SENSIBLE: dict[State | None, tuple[str, ...]] = {
    None: tuple("requested requested requested requested requested drafted offered offered recorded".split()),
    S.DRAFT: tuple("claimed claimed claimed decline return".split()),
    S.UNVERIFIED: ("verified",),
    S.WAITING: tuple(
        "approve approve approve approve approve decline return talk pass_on withdraw override close".split()
    ),
    S.TALKING: tuple("talked talked talked decline withdraw".split()),
    S.RETURNED: tuple("revise revise withdraw".split()),
    S.ASKING: tuple(f"sent sent sent unknown failed dsn blocked by_hand by_hand {ANSWERS} undo".split()),
    S.AGREED: tuple("introduced introduced by_hand undo no later withdraw address_given blocked sent".split()),
    S.INTRODUCED: tuple(AFTERWARDS.split()),
    S.CONNECTED: tuple(AFTERWARDS.split()),
    S.AWAITING_OUTCOME: tuple(f"{AFTERWARDS} outcome outcome".split()),
    S.PASSED: tuple(f"{CHANGES} outcome sent failed blocked".split()),
    S.CLOSED: tuple(
        "introduce_again introduce_again outcome yes confirm withdraw target_wrote how_it_went amends".split()
    ),
    S.UNREPORTED: tuple("outcome introduce_again how_it_went".split()),
    S.REFUSED: tuple(f"{CHANGES} sent outcome erase".split()),
    S.DEFERRED: tuple(f"{CHANGES} confirm confirm dsn".split()),
    S.DECLINED: tuple("confirm confirm withdraw close sent".split()),
    S.LAPSED: tuple("withdraw close erase dsn".split()),
    S.UNDELIVERABLE: tuple("withdraw close sent failed".split()),
    S.WITHDRAWN: tuple("withdraw close sent dsn erase".split()),
    S.DISCARDED: tuple("close erase".split()),
    S.ERASED: tuple("withdraw erase sent".split()),
}
# How often the clock comes first; less often where somebody is about to act.
CLOCK_ODDS: dict[State | None, float] = {
    S.UNVERIFIED: 0.25,
    S.DRAFT: 0.25,
    S.WAITING: 0.1,
    S.ASKING: 0.1,
    S.CONNECTED: 0.6,
}
CLOSED_WEEKS = tuple((START + timedelta(days=day), START + timedelta(days=day + 7)) for day in (20, 48, 55, 190, 320))
TERMS = (
    Terms(),
    Terms(ask_length=timedelta(days=7), lapse_after=timedelta(days=30)),
    Terms(ask_length=timedelta(days=21), remind_after=timedelta(days=2), closed=CLOSED_WEEKS),
)


@dataclass
class Chapter:
    """One chapter under way, at its own instant, with everything that it owed."""

    snapshot: Introduction = field(default_factory=Introduction)
    now: datetime = START
    terms: Terms = field(default_factory=Terms)
    opening: Event | None = None
    idle: int = 0


@dataclass(frozen=True)
class Step:
    """One event that was accepted, and what came of it."""

    before: Introduction
    event: Event
    now: datetime
    after: Advanced


class Walker:
    """Walks `size` chapters at once; `entered`, `accepted`, `refused` and `rows` count what happened."""

    def __init__(self, seed: int, *, size: int = 8) -> None:
        self.random = Random(seed)
        self.chapters = [self._fresh() for _ in range(size)]
        self.entered: Counter[State] = Counter()
        self.refused: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()
        self.accepted = 0

    def walk(self, events: int) -> Iterator[Step]:
        """Hand in so many events; yield each that was accepted."""
        for _ in range(events):
            chapter = self.random.choice(self.chapters)
            event = self.propose(chapter)
            try:
                after = advance(chapter.snapshot, event, chapter.now)
            except Refused as refused:
                self.refused[refused.code] += 1
                chapter.idle += 1
                self._give_up(chapter)
                continue
            step = Step(chapter.snapshot, event, chapter.now, after)
            self._count(step)
            chapter.snapshot = after.introduction
            if after.introduction.chapter_opened and not step.before.chapter_opened:
                chapter.opening = self._continued(after.introduction)
                chapter.snapshot = Introduction()
            self._give_up(chapter)
            yield step

    def propose(self, chapter: Chapter) -> Event:
        """Say what happens next, and let the chapter's time pass until then."""
        i, random = chapter.snapshot, self.random
        if i.state is None and chapter.opening is not None:
            event, chapter.opening = chapter.opening, None
            return event
        dice = random.random()
        timer = i.next_timer
        if timer is not None and dice < CLOCK_ODDS.get(i.state, 0.35):
            chapter.now = max(chapter.now, timer.at) + timedelta(seconds=random.choice((0, 30, 700_000)))
            return Event(timer.name, ACTORS[Role.CLOCK])
        self._pass_time(chapter)
        if dice > 0.9:
            return self._noise(chapter)
        kind = random.choice(SENSIBLE[i.state])
        return self._event(chapter, kind, self._actor(i, kind))

    def _pass_time(self, chapter: Chapter) -> None:
        """A while passes, but seldom a deadline: those are the clock's."""
        chapter.now += timedelta(minutes=self.random.choice((0, 1, 11, 90, 1500)))
        timer = chapter.snapshot.next_timer
        if timer is not None and timer.at < chapter.now and self.random.random() < 0.9:
            chapter.now = max(timer.at - timedelta(minutes=1), START)

    def _noise(self, chapter: Chapter) -> Event:
        kind = self.random.choice(KINDS)
        return self._event(chapter, kind, ACTORS[self.random.choice(tuple(Role))])

    def _event(self, chapter: Chapter, kind: str, actor: Actor) -> Event:
        return Event(kind, actor, facts(self.random, chapter, kind), terms=chapter.terms if kind in OPENS else None)

    def _actor(self, i: Introduction, kind: str) -> Actor:
        if kind in {"withdraw", "confirm"}:
            asker = Role.LINK_HOLDER if i.side is Side.SECOND else Role.REQUESTER
            return ACTORS[self.random.choice((asker, asker, Role.CONNECTOR))]
        return ACTORS[next(role for role in LIKELY if role in ROLES[kind])]

    def _continued(self, old: Introduction) -> Event:
        data: dict[str, Scalar] = {
            "origin": str(old.origin),
            "side": str(old.side),
            "late_yes": old.late_yes,
            "may_pass_on": old.may_pass_on,
            "draw": 7200.0,
        }
        return Event("continued", ACTORS[Role.CONNECTOR], data)

    def _fresh(self) -> Chapter:
        start = START + timedelta(hours=self.random.randrange(24 * 60))
        return Chapter(now=start, terms=self.random.choice(TERMS))

    def _give_up(self, chapter: Chapter) -> None:
        """Leave a chapter in which nothing will happen any more."""
        i = chapter.snapshot
        over = i.state is not None and not i.timers
        odds = 0.05 if i.reachable_again else 0.3
        if chapter.idle > 20 or (over and (chapter.idle > 3 or self.random.random() < odds)):
            self.chapters[self.chapters.index(chapter)] = self._fresh()

    def _count(self, step: Step) -> None:
        self.accepted += 1
        self.rows[step.after.row] += 1
        state = step.after.introduction.state
        if state is not None and state is not step.before.state:
            self.entered[state] += 1


OPENS = frozenset({"requested", "drafted", "offered", "recorded", "continued", "approve"})


def facts(random: Random, chapter: Chapter, kind: str) -> Mapping[str, Scalar]:
    """Return plausible facts for an event; every flag is set now and then."""
    maker = FACTS.get(kind.removeprefix("noted_"))
    return maker(random, chapter) if maker else {}


def _coin(random: Random, odds: float = 0.25) -> bool:
    return random.random() < odds


def _draw(random: Random) -> float:
    return random.uniform(3600, 86399)


def _request(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"may_pass_on": _coin(random, 0.7), "proved": _coin(random), "addressed": _coin(random, 0.5)}


def _offer(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"said_yes": _coin(random), "draw": _draw(random)}


def _words(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"blockers": _coin(random)}


def _approve(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {
        "draw": _draw(random),
        "channel": "by_hand" if _coin(random) else "relay",
        "as_draft": _coin(random),
        "standing": _coin(random, 0.1),
        "address_wanted": _coin(random),
    }


def _decline(random: Random, chapter: Chapter) -> Mapping[str, Scalar]:
    return {"until": (chapter.now + timedelta(days=random.choice((2, 40)))).isoformat()} if _coin(random, 0.5) else {}


def _pass_on(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"channel": "by_hand"} if _coin(random) else {}


def _side(random: Random, chapter: Chapter) -> str:
    side = chapter.snapshot.side
    return str(Side.FIRST if side is Side.SECOND and _coin(random) else side)


def _asking(random: Random, chapter: Chapter) -> Mapping[str, Scalar]:
    return {"side": "first"} if chapter.snapshot.side is Side.SECOND else {}


def _answer(random: Random, chapter: Chapter) -> Mapping[str, Scalar]:
    days = random.choice((2, 12, 40, 200))
    return {
        "side": _side(random, chapter),
        "draw": _draw(random),
        "tell": random.choice(("nothing", "nothing", "a_no_now", "my_words")),
        "still_looking": _coin(random, 0.5),
        "until": (chapter.now + timedelta(days=days)).isoformat(),
        "address_wanted": _coin(random, 0.1),
        "may_pass_on": _coin(random, 0.5),
    }


def _relay(random: Random, chapter: Chapter) -> Mapping[str, Scalar]:
    letter = "details" if chapter.snapshot.state is S.PASSED else "ask"
    return {"side": _side(random, chapter), "letter": letter}


def _blocked(random: Random, chapter: Chapter) -> Mapping[str, Scalar]:
    slot = chapter.now + timedelta(days=random.choice((1, 9, 40)))
    cause = random.choice(("spacing", "spacing", "text", "text", "authority", "wish", "pair", "erased", "not_after"))
    return {"cause": cause, "slot": slot.isoformat(), "side": str(chapter.snapshot.side)}


def _again(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"new_wish": _coin(random, 0.9), "target_said_no": _coin(random, 0.1)}


def _person(random: Random, chapter: Chapter) -> Mapping[str, Scalar]:
    offered = chapter.snapshot.side in {Side.FIRST, Side.SECOND}
    return {"who": random.choice(("first", "second") if offered else ("requester", "target"))}


def _reason(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"reason": random.choice(("account_deleted", "operator"))}


def _outcome(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"outcome": "met" if _coin(random) else random.choice(OUTCOME_WORDS)}


def _again_to(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"side": random.choice(("requester", "target", "first", "second"))}


def _went(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    said = random.choice(("", "met", "no_show_them", "no_show_them", "no_show_them"))
    return {"outcome": said, "about_writer": _coin(random, 0.9)}


def _amends(random: Random, _chapter: Chapter) -> Mapping[str, Scalar]:
    return {"answer": random.choice(("made_good", "mistake"))}


FACTS = {
    **dict.fromkeys(("requested", "drafted"), _request),
    **dict.fromkeys(("verified", "claimed", "revise"), _words),
    **dict.fromkeys(("yes", "no", "never", "not_me", "later", "their_details", "undo"), _answer),
    **dict.fromkeys(("withdraw", "confirm"), _asking),
    **dict.fromkeys(("sent", "unknown", "failed", "dsn"), _relay),
    "offered": _offer,
    "approve": _approve,
    "decline": _decline,
    "pass_on": _pass_on,
    "blocked": _blocked,
    "introduce_again": _again,
    "erase": _person,
    "close": _reason,
    "outcome": _outcome,
    "how_it_went": _went,
    "amends": _amends,
    "send_again": _again_to,
}
