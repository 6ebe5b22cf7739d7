"""Any order of acts, faults and clocks over the real verbs and the real store: the promises hold by name.

A few examples in every run; more with TWOYES_EXAMPLES=200, or in the test marked slow.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.introductions import promises
from tests.introductions.theatre import ADDRESSES, GUARDED, RITA, ROLF, TINA, TOM, TWIN, Theatre
from tests.support.cast import REQUEST, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import Introduction
from twoyes.lib import chance, store
from twoyes.people import front as people

ASKERS, TARGETS = st.sampled_from([RITA, ROLF]), st.sampled_from([TOM, TINA, TWIN])
SPELLINGS = st.sampled_from(["the blade man", "Tom", "somebody at Acme"])
PICK = st.integers(0, 63)
SPANS = st.sampled_from([timedelta(minutes=4), timedelta(minutes=11), timedelta(days=3), timedelta(days=11)]) | st.just(
    timedelta(days=31)
)
ANSWERS = st.sampled_from(["yes", "yes", "no", "never", "later", "their_details"])
NOBODY = "x" * 12
ASKER_ACTS: dict[str, list[str]] = {
    "withdraw": ["waiting", "returned", "asking", "agreed", "refused", "deferred"],
    "confirm": ["deferred", "refused"],
    "says_wrote": ["introduced"],
    "revise": ["returned"],
    "outcome": ["awaiting_outcome", "closed"],
}
DESK_ACTS: dict[str, list[str]] = {
    "decline": ["waiting", "talking"],
    "return": ["waiting"],
    "talk": ["waiting"],
    "talked": ["talking"],
    "withdraw": ["asking", "agreed"],
    "confirm": ["deferred", "refused"],
    "pass_on": ["waiting"],
}


class Machine(RuleBasedStateMachine):
    """Rules are what people, workers and clocks do; invariants bear the names of PROTOCOL."""

    stage: Cast
    t: Theatre

    @initialize(depth=st.integers(1, 4))
    def begin(self, depth: int) -> None:
        self.example = ExitStack()
        self.example.enter_context(transaction.atomic())
        # The same steps must meet the same world, or hypothesis cannot repeat what it found.
        self.example.enter_context(chance.seeded("promises"))
        # The file of the generation is not rolled back with the store.
        store.bump_generation()
        self.t = Theatre(self.stage, self.stage.now)
        self.t.furnish()
        cora, otto = self.t.cast.cora.id, self.t.cast.otto.id
        for who, connector, whom in ((RITA, cora, "Tom"), (ROLF, cora, "Tom"), (RITA, otto, "Tom")):
            self.t.request(who, connector, whom)
        # Nothing yet, Tom is asked, he answered, or it went all the way.
        if depth > 1:
            self.approves_and_it_leaves(0, TOM)
        if depth > 2:
            self.answers(0, "yes", "nothing", False)
        if depth > 3:
            self.says_yes_and_the_hold_passes(0)

    def teardown(self) -> None:
        try:
            if self.sound:
                promises.answered(self.t)
                promises.erasable(self.t)
        finally:
            transaction.set_rollback(True)
            self.example.close()

    def pick(self, number: int, **where: object) -> str:
        """Return one introduction that fits, or one that does not exist."""
        rows = list(Introduction.objects.filter(**where).order_by("opened_at", "pk").values_list("pk", flat=True))
        return rows[number % len(rows)] if rows else NOBODY

    def page(self, number: int) -> tuple[str, tuple[str, str]] | None:
        """Return an introduction and a page of somebody who is or was asked, of those that are in the world."""
        held = [(c.introduction, c.side) for c in self.t.copies if c.kind in {"ask", "details"}]
        if not held:
            return None
        introduction, side = held[number % len(held)]
        page = self.t.page(introduction, side)
        return (introduction, page) if page else None

    # ------------------------------------------------------------------ whoever asks

    @rule(who=ASKERS, otto=st.booleans(), whom=SPELLINGS, proved=st.sampled_from([True, True, False]))
    def asks(self, who: str, otto: bool, whom: str, proved: bool) -> None:
        connector = self.t.cast.otto if otto else self.t.cast.cora
        self.t.request(who, connector.id, whom, proved=proved)

    @rule()
    def proves(self) -> None:
        for facts in self.t.received:
            link = front.open_link("verify", facts.token, self.t.now) if facts.kind == "verify" else None
            if link is not None:
                self.t.attempt(lambda link=link, facts=facts: front.verify(link, facts.token, now=self.t.now))  # type: ignore[misc]
        self.t.post_notices()

    @rule(number=PICK, what=st.sampled_from(["withdraw", "confirm", "says_wrote", "revise", "outcome"]))
    def asker_acts(self, number: int, what: str) -> None:
        i = self.pick(number, origin="asked", state__in=ASKER_ACTS[what])
        if i == NOBODY:
            return
        actor, now = self.t.asker(i), self.t.now
        acts = {
            "withdraw": lambda: front.withdraw(i, actor=actor, now=now),
            "confirm": lambda: front.confirm(i, actor=actor, now=now),
            "says_wrote": lambda: front.says_wrote(i, actor=actor, now=now),
            "revise": lambda: front.revise(i, {**REQUEST, "may_pass_on": ""}, actor=actor, now=now),
            "outcome": lambda: front.report_outcome(i, "met", "Well.", actor=actor, now=now),
        }
        if self.t.attempt(acts[what]) is not None and what in {"withdraw", "confirm"}:
            self.t.excused.add(i)
            self.t.watched.pop(i, None)

    # ------------------------------------------------------------------ the desk

    @rule(number=PICK, whom=TARGETS, channel=st.sampled_from(["relay", "relay", "by_hand"]))
    def approves(self, number: int, whom: str, channel: str) -> None:
        i = self.pick(number, state="waiting")
        if i != NOBODY:
            self.t.approve(i, whom, channel)

    @rule(number=PICK, what=st.sampled_from(["decline", "return", "talk", "talked", "withdraw", "confirm", "pass_on"]))
    def desk_acts(self, number: int, what: str) -> None:
        i = self.pick(number, state__in=DESK_ACTS[what])
        if i == NOBODY:
            return
        actor, now, words = self.t.desk(i), self.t.now, {"target": self.t.card(i, TOM)}
        acts = {
            "decline": lambda: front.decline(i, {"reason": "No."}, actor=actor, now=now),
            "return": lambda: front.return_(i, {"words": "More."}, actor=actor, now=now),
            "talk": lambda: front.talk(i, {"times": "At ten"}, actor=actor, now=now),
            "talked": lambda: front.talked(i, actor=actor, now=now),
            "withdraw": lambda: front.withdraw(i, actor=actor, now=now),
            "confirm": lambda: front.confirm(i, actor=actor, now=now),
            "pass_on": lambda: front.pass_on(i, words, frozen=frozen(), actor=actor, now=now),
        }
        self.t.attempt(acts[what])

    @rule(number=PICK, whom=TARGETS)
    def approves_and_it_leaves(self, number: int, whom: str) -> None:
        self.approves(number, whom, "relay")
        self.everything_leaves()

    @rule(number=PICK)
    def says_yes_and_the_hold_passes(self, number: int) -> None:
        self.answers(number, "yes", "nothing", False)
        self.t.pass_time(timedelta(minutes=11))
        self.everything_leaves()

    @rule(number=PICK)
    def gives_out_by_hand(self, number: int) -> None:
        i = self.pick(number, state__in=["asking", "agreed"])
        if i != NOBODY:
            self.t.copy_by_hand(i)

    @rule(number=PICK, answer=ANSWERS)
    def notes_an_answer(self, number: int, answer: str) -> None:
        i = self.pick(number, state__in=["asking", "passed"])
        if i != NOBODY:
            until = f"{self.t.now + timedelta(days=20):%Y-%m-%d}"
            noted = {"answer": answer, "how": "By phone", "until": until}
            self.t.attempt(lambda: front.note_answer(i, noted, actor=self.t.desk(i), now=self.t.now))

    @rule(first=ASKERS, second=TARGETS)
    def offers(self, first: str, second: str) -> None:
        self.t.offer(first, second)

    # ------------------------------------------------------------------ whoever is asked

    @rule(number=PICK, answer=ANSWERS, tell=st.sampled_from(["nothing", "nothing", "a_no_now"]), again=st.booleans())
    def answers(self, number: int, answer: str, tell: str, again: bool) -> None:
        held = self.page(number)
        if held is None:
            return
        i, page = held
        until = f"{self.t.now + timedelta(days=20):%Y-%m-%d}"
        fields = {"answer": answer, "confirm": "on", "until": until, "tell": tell, "still_looking": again}
        if self.t.attempt(lambda: front.answer(*page, fields, now=self.t.now)) is not None and (
            tell != "nothing" or again
        ):
            # The target's own two exceptions: a no that may be told, and "are you still looking?".
            self.t.watched.pop(i, None)

    @rule(number=PICK, what=st.sampled_from(["undo", "not_me", "stop", "never_again", "welcome", "how_it_went"]))
    def takes_back_or_wishes(self, number: int, what: str) -> None:
        held = self.page(number)
        if held is None:
            return
        i, page = held
        stops = [f.stop_token for f in self.t.received if f.introduction == i and f.stop_token]
        now = self.t.now
        acts = {
            "undo": lambda: front.undo(*page, now=now),
            "not_me": lambda: front.not_me(*page, now=now),
            "stop": lambda: front.stop(stops[-1] if stops else "", now=now),
            "never_again": lambda: front.wishes(*page, {"wish": "never", "scope": "this_connector"}, now=now),
            "welcome": lambda: front.wishes(*page, {"wish": "standing_yes"}, now=now),
            "how_it_went": lambda: front.how_it_went(*page, "Well.", now=now),
        }
        self.t.attempt(acts[what])

    @rule(first=st.sampled_from(ADDRESSES[TOM]))
    def tom_moves(self, first: str) -> None:
        # His other address stays on the card: of one that nobody knows any more nothing can be held against an ask.
        if TOM not in self.t.erased:
            both = sorted(ADDRESSES[TOM], key=lambda address: address != first)
            both += ADDRESSES[TWIN] if self.t.merged else ()
            people.edit_card(self.t.cast.cora.id, self.t.cards[self.t.cast.cora.id, TOM], addresses=both)

    @precondition(lambda self: len(self.t.copies) > 2)
    @rule(who=st.sampled_from([RITA, ROLF, TOM, TINA]), sure=PICK)
    def is_erased(self, who: str, sure: int) -> None:
        if sure < 16:
            self.t.erase(who)

    # ------------------------------------------------------------------ one person with two cards

    @rule(swapped=st.booleans())
    def merge(self, swapped: bool) -> None:
        if not self.t.merged:
            self.t.merge(swapped)

    @rule(again=st.booleans())
    def split(self, again: bool) -> None:
        if self.t.merged:
            self.t.split(again)

    @rule(
        who=ASKERS,
        whom=st.sampled_from([TOM, TWIN]),
        answer=ANSWERS,
        again=st.booleans(),
        days=st.sampled_from([0, 31]),
    )
    def one_is_asked_and_a_wrong_merge_taken_back(
        self, who: str, whom: str, answer: str, again: bool, days: int
    ) -> None:
        """Ask one half, merge and split, and have the other half asked for the same or for another."""
        self.asked_through_cora(who, whom)
        self.answers(len(self.t.copies) - 1, answer, "nothing", False)
        self.merge(again)
        self.split(again)
        self.t.pass_time(timedelta(days=days))
        self.asked_through_cora(RITA, TWIN if whom == TOM else TOM)

    def asked_through_cora(self, who: str, whom: str) -> None:
        """Let somebody ask Cora in words that nobody used before, and let the ask leave if it may."""
        self.t.request(who, self.t.cast.cora.id, f"Number {Introduction.objects.count()} of them")
        made = Introduction.objects.filter(connector_id=self.t.cast.cora.id, state="waiting").order_by(
            "opened_at", "pk"
        )
        newest = made.last()
        if newest is not None:
            self.t.approve(newest.pk, whom, "relay")
            self.everything_leaves()

    @rule(number=PICK, other=PICK)
    def link_addresses(self, number: int, other: int) -> None:
        pages = [self.letters_of(person) for person in (TOM, TWIN)]
        if all(pages):
            mine, theirs = (held[pick % len(held)] for held, pick in zip(pages, (number, other), strict=True))
            self.t.link(mine, theirs)

    def letters_of(self, person: str) -> list[tuple[str, str]]:
        """Return the pages that letters to one address of Tom's led to."""
        asks = [copy for copy in self.t.copies if copy.kind == "ask" and person in copy.mark.persons]
        found = [self.t.page(copy.introduction, copy.side) for copy in asks]
        return [page for page in found if page is not None]

    # ------------------------------------------------------------------ workers, relays and clocks

    @rule()
    def a_worker_claims(self) -> None:
        self.t.claim(GUARDED)

    @rule(number=PICK, word=st.sampled_from(["sent", "sent", "unknown", "unknown", "refused", "temporary", "crash"]))
    def a_worker_goes_on(self, number: int, word: str) -> None:
        if not self.t.flights:
            return
        flight = self.t.flights[number % len(self.t.flights)]
        if not flight.passed:
            self.t.cross(flight)
            return
        if word in {"sent", "unknown", "crash"}:
            self.t.take(flight)
        self.t.flights.remove(flight)
        if word != "crash":
            front.settle(flight.claimed, word, code={"refused": 550}.get(word, 0), now=self.t.now)

    @rule(number=PICK, whom=TARGETS, arrived=st.booleans())
    def a_worker_dies_after_the_point_and_others_go_on(self, number: int, whom: str, arrived: bool) -> None:
        self.approves(number, whom, "relay")
        self.t.claim(("ask",))
        if self.t.flights and (self.t.flights[-1].passed or self.t.cross(self.t.flights[-1])):
            flight = self.t.flights.pop()
            if arrived:
                self.t.take(flight)
            self.t.pass_time(timedelta(minutes=20))
            front.reap(self.t.now)
            self.everything_leaves()

    @rule()
    def everything_leaves(self) -> None:
        while True:
            before = len(self.t.flights)
            self.t.claim(GUARDED)
            if len(self.t.flights) == before:
                return
            flight = self.t.flights[-1]
            if self.t.cross(flight):
                self.t.take(flight)
                self.t.flights.remove(flight)
                front.settle(flight.claimed, "sent", code=250, now=self.t.now)

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.t.pass_time(span)

    @rule(ahead=st.sampled_from([timedelta(), timedelta(minutes=10), timedelta(days=400)]), times=st.integers(1, 3))
    def a_reaper_wakes(self, ahead: timedelta, times: int) -> None:
        for _ in range(times):
            front.reap(self.t.now + ahead)
            front.hold_foreign(self.t.now)
            front.due(self.t.now)

    @rule()
    def a_backup_is_put_back(self) -> None:
        store.bump_generation()
        front.hold_foreign(self.t.now)
        assert front.claim(self.t.now) is None
        front.release(front.held(), self.t.now)

    @rule(number=PICK)
    def a_bounce_comes(self, number: int) -> None:
        if self.t.copies:
            letter = self.t.copies[number % len(self.t.copies)].letter
            self.t.attempt(lambda: front.dsn(letter, now=self.t.now))

    @rule(number=PICK, how=st.sampled_from([front.refused_by_mail, front.objected_by_mail, front.arrived]))
    def an_answer_comes_by_mail(self, number: int, how: Callable[..., object]) -> None:
        if self.t.copies:
            letter = self.t.copies[number % len(self.t.copies)].letter
            self.t.attempt(lambda: how(letter, now=self.t.now))

    @rule(number=PICK, side=st.sampled_from(["requester", "target"]), copied=st.sampled_from(["", "cc", "bcc"]))
    def a_line_is_seen_in_the_thread(self, number: int, side: str, copied: str) -> None:
        if self.t.copies:
            about = self.t.copies[number % len(self.t.copies)].introduction
            self.t.attempt(lambda: front.wrote(about, side, now=self.t.now, copied=copied))

    # ------------------------------------------------------------------ what holds

    @invariant()
    def promised(self) -> None:
        """Look at each promise; one that is broken is told alone."""
        self.sound = False
        for promise in (promises.one_ask, promises.spaced, promises.two_yeses, promises.quiet_no, promises.no_leak):
            promise(self.t)
        self.sound = True


def run(cast: Cast, examples: int, steps: int) -> None:
    machine = type("Promises", (Machine,), {"stage": cast})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            # To shrink takes minutes: TWOYES_SHRINK=1 for whoever looks into a failure.
            phases=[phase for phase in Phase if phase is not Phase.shrink or os.environ.get("TWOYES_SHRINK")],
        ),
    )


@pytest.mark.case(
    "A1",
    "A2",
    "A4",
    "A5",
    "A6",
    "A7",
    "A9",
    "A10",
    "A11",
    "A12",
    "A13",
    "A17",
    "A18",
    "A19",
    "A20",
    "A21",
    "A30",
    "B28",
)
def test_the_promises_hold_in_any_order(cast: Cast) -> None:
    run(cast, int(os.environ.get("TWOYES_EXAMPLES", "8")), 30)


@pytest.mark.slow(12)
@pytest.mark.case("A1", "A2", "E18")
def test_the_promises_hold_in_many_orders(cast: Cast) -> None:
    run(cast, int(os.environ.get("TWOYES_EXAMPLES", "50")), 50)
