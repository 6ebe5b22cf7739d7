"""The invariants of PROTOCOL, by name, under any order of events that people, relays and clocks can make."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.introductions.world import (
    CLOCK,
    DESK,
    FINALS,
    HOLDER,
    PROGRAM,
    RELAY,
    REQUESTER,
    Chapter,
    Handover,
    World,
    asked,
    open_request,
    waits,
)
from twoyes.introductions.protocol import Actor, Event, Origin, Side, State, advance, fold, requester_view
from twoyes.introductions.protocol.snapshot import Scalar
from twoyes.lib.errors import Refused

pytestmark = pytest.mark.case("A4", "A5", "A6", "A9", "A10", "A11", "A13")

ASKERS = ("rita", "rolf")
TARGETS = ("tom", "tina")
DESK_ACTS = ("decline", "return", "talk", "talked", "pass_on", "withdraw", "confirm", "introduce_again", "send_again")
ASKER_ACTS = ("withdraw", "revise", "confirm", "outcome", "says_wrote")
PAGE_ACTS = ("yes", "no", "never", "not_me", "later", "their_details", "undo", "how_it_went")
NOTED = ("noted_yes", "noted_no", "noted_later", "noted_never")
YES_OF_DESK = {"approve", "offered", "pass_on", "introduce_again", "continued", "confirm"}
OPEN = {State.WAITING, State.TALKING, State.RETURNED, State.ASKING, State.PASSED}
SPANS = st.sampled_from([timedelta(minutes=11), timedelta(hours=30), timedelta(days=6), timedelta(days=25)])
# At most so many chapters before others follow from them; what ends everything happens once in a while.
MANY = 4
SELDOM = st.integers(0, 4)
PAGES = {"ask", "details"}
COINS = st.booleans()


class Introductions(RuleBasedStateMachine):
    """Two who ask, two who are asked, one connector, one relay that fails in every way, one clock that oversleeps."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()

    def one(self, pick: int) -> Chapter:
        assume(self.world.chapters)
        return self.world.chapters[pick % len(self.world.chapters)]

    def try_to(self, chapter: Chapter, kind: str, actor: Actor = DESK, **data: Scalar) -> None:
        with suppress(Refused):
            self.world.do(chapter, kind, actor, **data)

    # --- what happens

    @initialize(askers=st.lists(st.sampled_from(ASKERS), min_size=1, max_size=2), offer=COINS)
    def some_are_under_way(self, askers: list[str], offer: bool) -> None:
        for asker, target in zip(askers, TARGETS, strict=False):
            asked(self.world, asker, target)
        if offer:
            self.world.open("offered", ASKERS[-1], TARGETS[-1], DESK)
            self.world.send_all()

    @precondition(lambda self: len(self.world.chapters) < MANY)
    @rule(asker=st.sampled_from(ASKERS), about=st.sampled_from(TARGETS), approve=COINS)
    def requested(self, asker: str, about: str, approve: bool) -> None:
        chapter = open_request(self.world, asker, about)
        if approve:
            self.try_to(chapter, "approve", draw=5000.0)

    @precondition(lambda self: len(self.world.chapters) < MANY)
    @rule(first=st.sampled_from(ASKERS), second=st.sampled_from(TARGETS), said_yes=COINS)
    def offered(self, first: str, second: str, said_yes: bool) -> None:
        self.world.open("offered", first, second, DESK, said_yes=said_yes, draw=5000.0)

    @rule(pick=st.integers(0, 9), by_hand=COINS, standing=COINS, as_draft=COINS, address_wanted=COINS)
    def approved(self, pick: int, by_hand: bool, standing: bool, as_draft: bool, address_wanted: bool) -> None:
        chapter = self.one(pick)
        self.try_to(
            chapter,
            "approve",
            DESK,
            draw=5000.0,
            channel="by_hand" if by_hand else "relay",
            standing=standing and not by_hand,
            as_draft=as_draft,
            address_wanted=address_wanted,
        )

    @rule(pick=st.integers(0, 9), kind=st.sampled_from(DESK_ACTS), side=st.sampled_from(["requester", "target"]))
    def desk_acts(self, pick: int, kind: str, side: str) -> None:
        self.try_to(self.one(pick), kind, DESK, new_wish=True, side=side if kind == "send_again" else None)

    @rule(pick=st.integers(0, 9))
    def given_by_hand(self, pick: int) -> None:
        self.try_to(self.one(pick), "by_hand", DESK)

    @rule(pick=st.integers(0, 9), kind=st.sampled_from(ASKER_ACTS), blockers=COINS)
    def asker_acts(self, pick: int, kind: str, blockers: bool) -> None:
        chapter = self.one(pick)
        offered = chapter.snapshot.origin is Origin.OFFERED
        assume(not offered or kind in {"withdraw", "confirm"})
        actor = HOLDER if offered else REQUESTER
        side = "first" if offered else None
        self.try_to(chapter, kind, actor, side=side, outcome="met", blockers=blockers)

    @rule(
        pick=st.integers(0, 9),
        kind=st.sampled_from((*PAGE_ACTS, "yes", "yes", "no", "later")),
        tell=st.sampled_from(["nothing", "nothing", "a_no_now"]),
        still=COINS,
        days=st.sampled_from([2, 40]),
    )
    def pressed(self, pick: int, kind: str, tell: str, still: bool, days: int) -> None:
        """Only who was written to has a page: one of them presses."""
        pages = [(chapter, side) for chapter in self.world.chapters for side in _reached(chapter)]
        assume(pages)
        chapter, side = pages[pick % len(pages)]
        until = (self.world.now + timedelta(days=days)).isoformat()
        data: dict[str, Scalar] = {"tell": tell, "still_looking": still, "until": until, "draw": 4000.0}
        self.try_to(chapter, kind, HOLDER, side=side, **data)

    @rule(pick=st.integers(0, 9), kind=st.sampled_from(NOTED), days=st.sampled_from([2, 40]))
    def noted(self, pick: int, kind: str, days: int) -> None:
        until = (self.world.now + timedelta(days=days)).isoformat()
        self.try_to(self.one(pick), kind, DESK, until=until, draw=4000.0)

    @rule(result=st.sampled_from(["sent", "sent", "sent", "unknown", "failed"]))
    def relay_carries(self, result: str) -> None:
        for chapter in list(self.world.chapters):
            for letter in self.world.due(chapter):
                if letter.state == "queued":
                    self.world.send(chapter, letter, result)

    @rule(span=st.sampled_from([timedelta(minutes=11), timedelta(hours=30)]))
    def a_day_goes_as_it_should(self, span: timedelta) -> None:
        self.world.wait(span)
        self.world.send_all()

    @rule(pick=st.integers(0, 9), again=st.integers(1, 3))
    def worker_is_woken_for_nothing(self, pick: int, again: int) -> None:
        for _ in range(again):
            self.world.wait(timedelta())

    @rule(pick=st.integers(0, 9))
    def bounce_comes_back(self, pick: int) -> None:
        chapter = self.one(pick)
        for letter in chapter.letters:
            if letter.kind == "ask" and letter.state in {"sent", "unknown"}:
                self.try_to(chapter, "dsn", RELAY, side=letter.to, letter="ask")
                return

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.world.wait(span)

    @rule(span=SPANS)
    def worker_oversleeps(self, span: timedelta) -> None:
        self.world.fire_late(span)

    @rule(who=st.sampled_from((*ASKERS, *TARGETS)), odds=SELDOM)
    def erased(self, who: str, odds: int) -> None:
        assume(odds == 0)
        self.world.erased.add(who)
        for chapter in list(self.world.chapters):
            offered = chapter.snapshot.origin is Origin.OFFERED
            if who == chapter.asker:
                self.try_to(chapter, "erase", PROGRAM, who="first" if offered else "requester")
            elif who == chapter.target:
                self.try_to(chapter, "erase", PROGRAM, who="second" if offered else "target")

    @rule(pick=st.integers(0, 9), reason=st.sampled_from(["operator", "account_deleted"]), odds=SELDOM)
    def closed(self, pick: int, reason: str, odds: int) -> None:
        assume(odds == 0)
        self.try_to(self.one(pick), "close", PROGRAM, reason=reason)

    # --- what must hold

    @invariant()
    def two_yeses(self) -> None:
        for chapter in self.world.chapters:
            for letter in chapter.letters:
                if letter.kind == "introduction" and letter.left_at is not None:
                    assert _yeses(chapter), _story(chapter)
            if chapter.snapshot.introduced_at is not None and chapter.snapshot.origin is not Origin.RECORDED:
                assert _yeses(chapter), _story(chapter)

    @invariant()
    def one_ask(self) -> None:
        uninvited = Counter(
            (frozenset((h.asker, h.target)), h.person) for h in self.world.handovers if not h.invited and not h.pressed
        )
        assert all(times == 1 for times in uninvited.values()), uninvited
        for chapter in self.world.chapters:
            _check_letters_to_asked(chapter)

    @invariant()
    def quiet_no(self) -> None:
        for chapter in self.world.chapters:
            if chapter.spoken or chapter.snapshot.introduced_at is not None:
                continue
            now = self.world.now
            real, twin = (requester_view(i.face, now) for i in (chapter.snapshot, chapter.twin))
            assert real == twin, _story(chapter)
            sides = {"requester", "first"} if chapter.snapshot.side is Side.SECOND else {"requester"}
            told, untold = (
                [(due.kind, due.due) for due in letters if due.to in sides and due.kind not in {"introduction", "ask"}]
                for letters in (chapter.owed, chapter.twin_letters)
            )
            assert told == untold, _story(chapter)

    @invariant()
    def spaced(self) -> None:
        asks = sorted((h.person, h.at) for h in self.world.handovers if not h.pressed)
        for (one, at), (other, again) in pairwise(asks):
            if one == other:
                assert again - at >= timedelta(days=30) or _same_chapters(self.world, one, at, again)

    @invariant()
    def answered(self) -> None:
        for chapter in self.world.chapters:
            finals = [letter.kind for letter in chapter.letters if letter.kind in FINALS and letter.state != "dropped"]
            assert len(finals) <= 1, _story(chapter)
            assert not finals or waits(chapter), _story(chapter)

    @invariant()
    def journaled(self) -> None:
        for chapter in self.world.chapters:
            assert fold(chapter.journal) == chapter.snapshot

    @invariant()
    def wishes_first(self) -> None:
        for one in self.world.handovers:
            for chapter in self.world.chapters:
                assert one.pressed or not _wished(chapter, one), _story(chapter)

    @invariant()
    def no_deadline_is_refused(self) -> None:
        for chapter in self.world.chapters:
            for timer in chapter.snapshot.timers:
                at = max(timer.at, self.world.now)
                advance(chapter.snapshot, Event(timer.name, CLOCK), at)

    def teardown(self) -> None:
        """Everyone falls silent, and the clock runs on: each who asked hears once (answered, L3)."""
        for _ in range(60):
            self.world.wait(timedelta(days=7))
        for chapter in self.world.chapters:
            self.check_ended(chapter)

    def check_ended(self, chapter: Chapter) -> None:
        i = chapter.snapshot
        assert i.state not in {State.WAITING, State.TALKING, State.RETURNED, State.ASKING, State.PASSED}, _story(
            chapter
        )
        silent = i.withdrawn_by == "requester" or i.final == "none" or i.introduced_at is not None
        if waits(chapter) and not silent:
            finals = [one.kind for one in chapter.letters if one.kind in FINALS and one.state != "dropped"]
            assert len(finals) == 1, _story(chapter)


def _reached(chapter: Chapter) -> list[str]:
    """The sides that have a page, since a letter may have reached them or was given out by hand."""
    given = {str(side) for side in chapter.snapshot.asked}
    return sorted(given | {one.to for one in chapter.letters if one.left_at is not None and one.kind in PAGES})


def _wished(chapter: Chapter, one: Handover) -> bool:
    """Whether the person asked had wished in this chapter, before, not to be asked about this other."""
    if {chapter.asker, chapter.target} != {one.asker, one.target}:
        return False
    wished = False
    for (event, _), order in zip(chapter.journal, chapter.order, strict=True):
        kind = event.kind.removeprefix("noted_")
        side = event.text("side", "target")
        if order <= one.order and chapter.person(side) == one.person:
            wished = kind in {"never", "not_me"} or (wished and kind not in {"yes", "undo"})
    return wished


def _yeses(chapter: Chapter) -> bool:
    """Read the journal anew: the connector, whoever asked and the target each said yes, and none took it back."""
    connector = asker = target = first = False
    for event, _ in chapter.journal:
        kind = event.kind.removeprefix("noted_")
        side = event.text("side", "target")
        if event.kind == "introduced" or (event.kind == "by_hand" and target):
            return connector and asker and target
        connector |= event.kind in YES_OF_DESK
        asker |= kind in {"verified", "claimed", "continued"} or event.flag("said_yes")
        if kind == "withdraw":
            return False
        if side == "first":
            first = kind == "yes" or (first and kind not in {"no", "never", "not_me", "undo", "later"})
            asker = first
        elif kind in {"yes", "no", "never", "not_me", "later", "their_details", "undo"}:
            target = kind == "yes"
        target |= event.flag("standing") or event.flag("late_yes")
    return connector and asker and target


def _check_letters_to_asked(chapter: Chapter) -> None:
    """No letter to a target before their yes but the ask, and one answer to each press of their own."""
    sides = {"target", "second"} | (set() if chapter.snapshot.hears_by else {"first"})
    presses = sum(event.kind in {"their_details", "noted_their_details"} for event, _ in chapter.journal)
    kinds = Counter(letter.kind for letter in chapter.letters if letter.to in sides and letter.state != "dropped")
    passed_on = sum(event.kind == "pass_on" for event, _ in chapter.journal)
    assert set(kinds) <= {"ask", "details", "introduction"}, _story(chapter)
    assert kinds["details"] <= presses + passed_on, _story(chapter)


def _same_chapters(world: World, person: str, *instants: object) -> bool:
    """Two asks to one person within the spacing are possible only in a chapter that they invited."""
    found = [h for h in world.handovers if h.person == person and h.at in instants]
    return len({frozenset((h.asker, h.target)) for h in found}) == 1 and any(h.invited for h in found)


def _story(chapter: Chapter) -> str:
    lines = [f"{at:%m-%d %H:%M} {event.actor.role} {event.kind} {dict(event.data)}" for event, at in chapter.journal]
    return "\n".join(["", *lines, str(chapter.snapshot), str(chapter.owed), str(chapter.twin)])


def worlds(examples: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    return settings(max_examples=examples, stateful_step_count=40, deadline=None, suppress_health_check=slow)


TestIntroductions = Introductions.TestCase
TestIntroductions.settings = worlds(60)


@pytest.mark.slow(15)
def test_the_invariants_hold_in_four_hundred_worlds() -> None:
    run_state_machine_as_test(Introductions, settings=worlds(400))
