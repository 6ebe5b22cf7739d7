"""Workers that meet: one letter, one copy; one person, one ask at a time (B2, B3, B11, B12, B13)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from tests.introductions.checks import state_of
from tests.introductions.sending import claim
from tests.introductions.together import at_once, failures
from tests.support.cast import APPROVAL, REQUEST, RITA, TOM, Cast, frozen
from twoyes.introductions import front, queries
from twoyes.introductions.models import AskedPair, Letter, SendAttempt
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import front as people

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]

PROGRAM = Actor(Role.PROGRAM, "", "care")
ROUNDS = 5


def passing(cast: Cast, claimed: front.Claimed, to: str = TOM) -> Callable[[], object]:
    """Return the act of passing the point of no return; its result is "passed", or why not."""

    def act() -> object:
        try:
            front.point_of_no_return(claimed, to, cast.now)
        except front.Blocked as blocked:
            return blocked.cause
        return "passed"

    return act


def copies(kind: str = "ask") -> int:
    """How many copies of such letters may exist in the world."""
    return SendAttempt.objects.filter(phase="xmit", letter__kind=kind).count()


@pytest.mark.case("B2")
def test_a_letter_is_claimed_by_one_worker(cast: Cast) -> None:
    for number in range(6):
        cast.unverified(email=f"r{number}@asks.example")
    results = at_once([lambda: front.claim(cast.now)] * 8)
    taken = [one.letter for one in results if isinstance(one, front.Claimed)]
    assert not failures(results)
    assert len(taken) == len(set(taken)) == Letter.objects.filter(state="claimed").count()
    assert set(Letter.objects.filter(state="claimed").values_list("epoch", flat=True)) == {1}


@pytest.mark.case("B2", "B3", "A1")
def test_one_claim_passes_the_point_of_no_return_once(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    results = at_once([passing(cast, claimed)] * 6)
    assert sorted(map(str, results)) == ["lost"] * 5 + ["passed"]
    assert copies() == 1


@pytest.mark.case("B3", "A1")
def test_a_worker_that_woke_up_late_and_the_one_that_took_over_make_one_copy(cast: Cast) -> None:
    cast.asking()
    first = claim(cast, "ask")
    cast.now += timedelta(minutes=3)
    front.reap(cast.now)
    second = claim(cast, "ask")
    results = at_once([passing(cast, first), passing(cast, second), lambda: front.reap(cast.now)])
    assert results[0] == "lost"
    assert copies() <= 1


@pytest.mark.case("B11", "A3")
def test_of_two_asks_to_tom_at_one_instant_one_leaves(cast: Cast) -> None:
    introductions = [cast.waiting(email=f"{name}@asks.example", name=name) for name in ("rita", "rolf", "ruth")]
    for one in introductions:
        front.approve(one, {**APPROVAL, "target": cast.tom.id}, frozen=frozen(), actor=cast.desk, now=cast.now)
    claims = [claim(cast, "ask") for _ in introductions]
    results = at_once([passing(cast, one) for one in claims])
    assert sorted(map(str, results)) == ["passed", "spacing", "spacing"]
    assert copies() == 1
    slot = cast.now + timedelta(days=30)
    for claimed, why in zip(claims, results, strict=True):
        if why == "spacing":
            assert front.stand_back(claimed, front.Blocked("spacing", slot), cast.now) == "parked"
    assert sorted(map(state_of, introductions)) == [State.ASKING, State.REFUSED, State.REFUSED]


@pytest.mark.case("B11", "A2", "A1")
def test_of_two_asks_about_one_pair_through_two_connectors_one_leaves(cast: Cast) -> None:
    cast.asking()
    toms = people.add_card(cast.otto.id, name="Thomas", addresses=[TOM])
    made = front.request(cast.otto.id, REQUEST, now=cast.now, door="web", proved=addresses.key(RITA))
    desk = Actor(Role.CONNECTOR, cast.otto.id, "test")
    front.approve(made.id, {**APPROVAL, "target": toms.id}, frozen=frozen(), actor=desk, now=cast.now)
    claims = [claim(cast, "ask"), claim(cast, "ask")]
    results = at_once([passing(cast, one) for one in claims])
    assert sorted(map(str, results)) in (["passed", "spacing"], ["pair", "passed"])
    assert (copies(), len(set(AskedPair.objects.values_list("introduction", flat=True)))) == (1, 1)


@pytest.mark.case("B11", "A1")
def test_a_copy_by_hand_and_a_letter_about_one_pair_are_one_ask(cast: Cast) -> None:
    by_hand = cast.asking(approval={"channel": "by_hand"})
    toms = people.add_card(cast.otto.id, name="Thomas", addresses=[TOM])
    made = front.request(cast.otto.id, REQUEST, now=cast.now, door="web", proved=addresses.key(RITA))
    desk = Actor(Role.CONNECTOR, cast.otto.id, "test")
    front.approve(made.id, {**APPROVAL, "target": toms.id}, frozen=frozen(), actor=desk, now=cast.now)
    claimed = claim(cast, "ask")
    copy = partial(front.by_hand, by_hand, actor=cast.desk, now=cast.now)
    results = at_once([passing(cast, claimed), copy, copy])
    assert not failures(results, Refused)
    assert copies() == 1


@pytest.mark.case("B12", "A12", "E18")
@pytest.mark.parametrize("against", ["erase tom", "erase rita", "wish", "withdraw", "close"])
def test_what_forbids_an_ask_comes_first_or_too_late_but_never_in_between(cast: Cast, against: str) -> None:
    for number in range(ROUNDS):
        _race(cast, against, number)


def _race(cast: Cast, against: str, number: int) -> None:
    tom, rita = f"tom{number}@target.example", f"rita{number}@asks.example"
    card = people.add_card(cast.cora.id, name="Tom", addresses=[tom])
    introduction = cast.asking(approval={"target": card.id}, email=rita, name="Rita")
    claimed = claim(cast, "ask")
    keys = [addresses.key(tom if against != "erase rita" else rita)]

    def erase() -> object:
        return front.erase_person(cast.cora.community_id, keys, actor=PROGRAM, now=cast.now)

    def wish() -> object:
        with transaction.atomic():
            people.lock_subjects(cast.cora.community_id, keys)
            people.wish(
                cast.cora.community_id, keys, kind="never", scope="anyone", about="", introduction="", at=cast.now
            )
        return None

    acts: dict[str, Callable[[], object]] = {
        "erase tom": erase,
        "erase rita": erase,
        "wish": wish,
        "withdraw": lambda: front.withdraw(introduction, actor=cast.desk, now=cast.now),
        "close": lambda: front.close(introduction, "moved", actor=cast.desk, now=cast.now),
    }
    results = at_once([passing(cast, claimed, tom), acts[against]])
    assert not failures(results)
    letter = Letter.objects.get(pk=claimed.letter)
    # First: then no copy. Too late: then the copy is noted, and it was the only one.
    assert (results[0] == "passed") == (letter.state == "xmit") == (letter.epoch == 1 and attempts(claimed) == 1)
    again = passing(cast, claimed, tom)()
    assert again in {"lost", "wish", "erased", "state"}
    assert attempts(claimed) == (1 if results[0] == "passed" else 0)


def attempts(claimed: front.Claimed) -> int:
    return SendAttempt.objects.filter(letter_id=claimed.letter, phase="xmit").count()


@pytest.mark.case("B12", "A12")
def test_a_worker_waits_for_a_wish_that_is_being_written_and_then_heeds_it(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    keys = people.keys_of(cast.tom.id)
    being_written, at_the_point = threading.Event(), threading.Event()

    def wish() -> None:
        with transaction.atomic():
            people.lock_subjects(cast.cora.community_id, keys)
            being_written.set()
            assert at_the_point.wait(30)
            # Long enough for the worker to read everything, if it did not wait.
            time.sleep(0.3)
            people.wish(
                cast.cora.community_id, keys, kind="never", scope="anyone", about="", introduction="", at=cast.now
            )

    def worker() -> object:
        assert being_written.wait(30)
        at_the_point.set()
        return passing(cast, claimed)()

    assert at_once([wish, worker]) == [None, "wish"]
    assert copies() == 0


@pytest.mark.case("B12", "A12", "C32")
def test_a_never_pressed_on_one_page_waits_for_a_letter_of_another_that_is_passing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever is first is wholly first: a letter never passes on what was read before the never was written."""
    first = cast.asked()
    stop = cast.key(first, "ask", of="stop")
    cast.pass_time(timedelta(days=31))
    cast.asking(email="rolf@asks.example", name="Rolf")
    claimed = claim(cast, "ask")
    everything_read, order = threading.Event(), list[str]()
    transmit = queries.transmit

    def slowly(*given: object) -> object:
        everything_read.set()
        time.sleep(0.5)
        return transmit(*given)  # type: ignore[arg-type]

    def worker() -> object:
        result = passing(cast, claimed)()
        order.append("letter")
        return result

    def press() -> object:
        assert everything_read.wait(30)
        known = front.stop(stop, now=cast.now)
        order.append("never")
        return known

    with monkeypatch.context() as patch:
        patch.setattr(queries, "transmit", slowly)
        assert at_once([worker, press]) == ["passed", True]
    assert order == ["letter", "never"]


@pytest.mark.case("B13", "A16")
def test_people_that_meet_in_reversed_order_do_not_block_each_other(cast: Cast) -> None:
    for number in range(ROUNDS):
        _meet(cast, number)


def _meet(cast: Cast, number: int) -> None:
    names = [f"{name}{number}@both.example" for name in ("ada", "ben", "cem")]
    cards = [people.add_card(cast.cora.id, name=name[:3], addresses=[name]) for name in names]
    made = []
    for asker, target in ((0, 1), (1, 0), (1, 2), (2, 0)):
        fields = {"email": names[asker], "name": names[asker][:3], "target": names[target][:3]}
        cast.now += timedelta(days=1)
        made.append(cast.waiting(**fields))
    words = [{**APPROVAL, "target": cards[target].id} for target in (1, 0, 2, 0)]
    acts = [
        partial(front.approve, one, chosen, frozen=frozen(), actor=cast.desk, now=cast.now)
        for one, chosen in zip(made, words, strict=True)
    ]
    assert not failures(at_once(acts))
    claims = [claim(cast, "ask") for _ in Letter.objects.filter(kind="ask", state="queued")]
    to = {one.letter: front.facts(one.letter).recipient for one in claims}
    results = at_once([passing(cast, one, to[one.letter]) for one in claims])
    assert not failures(results)
    assert "database" not in results
    sent = SendAttempt.objects.filter(phase="xmit", letter_id__in=to).values_list("letter_id", flat=True)
    asked = [to[letter] for letter in sent]
    assert len(asked) == len(set(asked))


@pytest.mark.case("B9", "B20", "A23")
def test_a_result_a_reaper_and_a_press_at_one_instant_settle_one_letter(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    front.point_of_no_return(claimed, TOM, cast.now)
    page = cast.page(introduction)
    cast.now += timedelta(minutes=16)
    results = at_once(
        [
            lambda: front.settle(claimed, "sent", code=250, now=cast.now),
            lambda: front.reap(cast.now),
            lambda: front.answer(*page, {"answer": "no"}, now=cast.now),
            lambda: front.dsn(claimed.letter, now=cast.now),
        ]
    )
    assert not failures(results, Refused)
    assert Letter.objects.get(pk=claimed.letter).state in {"sent", "unknown"}
    assert state_of(introduction) in {State.REFUSED, State.UNDELIVERABLE}
    assert AskedPair.objects.filter(introduction=introduction).exists()
