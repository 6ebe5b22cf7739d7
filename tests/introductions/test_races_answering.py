"""Two tabs, two hands at one desk, two clocks: one of them wins, the other is told (A26, A28, B17, B19, B20)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from tests.introductions.checks import events, state_of
from tests.introductions.together import at_once, failures
from tests.support.cast import APPROVAL, REQUEST, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import Introduction, JournalEntry, Letter, SendAttempt
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib.errors import Refused
from twoyes.people import front as people

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]

YES = {"answer": "yes", "confirm": "on"}
NO = {"answer": "no"}


def codes(results: list[object]) -> Counter[str]:
    """Count what came of it: "done", or the code of the refusal."""
    assert not failures(results, Refused)
    return Counter(one.code if isinstance(one, Refused) else "done" for one in results)


def press(cast: Cast, introduction: str, fields: dict[str, str]) -> Callable[[], object]:
    """Return the act of pressing an answer on the page as it stands now."""
    link, token = cast.page(introduction)
    seen = front.target_page(link, token, cast.now).turn
    return partial(front.answer, link, token, fields, now=cast.now, seen=seen)


# --- two tabs -------------------------------------------------------------------------------------------------------


@pytest.mark.case("A26")
def test_fifty_presses_of_yes_are_one_yes_and_one_introduction(cast: Cast) -> None:
    introduction = cast.asked()
    assert codes(at_once([press(cast, introduction, YES)] * 50)) == {"done": 1, "stale": 49}
    cast.pass_time(timedelta(minutes=11))
    assert events(introduction).count("yes") == 1
    sent = Counter(facts.side for facts in cast.sent if facts.kind == "introduction")
    assert sent == {"requester": 1, "target": 1}


@pytest.mark.case("A26", "A6")
def test_a_yes_in_one_tab_and_a_no_in_another_end_in_the_no(cast: Cast) -> None:
    introduction = cast.asked()
    yes, no = press(cast, introduction, YES), press(cast, introduction, NO)
    results = codes(at_once([yes, no] * 25))
    assert results["done"] + results["stale"] == 50
    assert events(introduction).count("yes") <= 1
    assert state_of(introduction) is State.REFUSED
    cast.pass_time(timedelta(minutes=11))
    assert not [facts for facts in cast.sent if facts.kind == "introduction"]


@pytest.mark.case("A6", "A12", "C32")
@pytest.mark.parametrize("against", ["stop", "undo", "withdraw"])
def test_what_takes_a_yes_back_meets_the_introduction(cast: Cast, against: str) -> None:
    introduction = cast.agreed()
    page, stop = cast.page(introduction), cast.key(introduction, "ask", of="stop")
    asker = cast.asker(introduction)
    cast.now += timedelta(minutes=10)
    front.due(cast.now)
    claimed = front.claim(cast.now, kinds=("introduction",))
    assert claimed is not None
    to = front.facts(claimed.letter).recipient
    acts: dict[str, Callable[[], object]] = {
        "stop": lambda: front.stop(stop, now=cast.now),
        "undo": lambda: front.undo(*page, now=cast.now),
        "withdraw": lambda: front.withdraw(introduction, actor=asker, now=cast.now),
    }
    results = at_once([lambda: front.point_of_no_return(claimed, to, cast.now), acts[against]])
    assert not failures(results, Refused, front.Blocked)
    left = SendAttempt.objects.filter(letter_id=claimed.letter, phase="xmit").exists()
    assert left == (results[0] is None) == ("introduced" in events(introduction))
    if not left:
        assert not [one for one in cast.deliver() if one.startswith("introduction")]


# --- two hands at one desk ------------------------------------------------------------------------------------------


def decisions(cast: Cast, introduction: str, delegate: str) -> list[Callable[[], object]]:
    page = front.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    dora = Actor(Role.DELEGATE, delegate, "web")
    words = {**APPROVAL, "target": cast.tom.id}
    at, seen = cast.now, page.turn
    return [
        partial(front.approve, introduction, words, frozen=frozen(), actor=cast.desk, now=at, seen=seen),
        partial(front.decline, introduction, {"reason": "No."}, actor=dora, now=at, seen=seen),
        partial(front.return_, introduction, {"words": "More."}, actor=dora, now=at, seen=seen),
        partial(front.talk, introduction, {"times": "At ten"}, actor=cast.desk, now=at, seen=seen),
    ]


@pytest.mark.case("A28")
def test_of_two_who_decide_at_once_one_does(cast: Cast, delegate: tuple[str, str]) -> None:
    introduction = cast.waiting()
    acts = decisions(cast, introduction, delegate[0])
    assert codes(at_once(acts * 3)) == {"done": 1, "stale": 11}
    assert len(events(introduction)) == 3


@pytest.mark.case("A28", "A1")
def test_an_approval_pressed_twice_is_one_ask(cast: Cast, delegate: tuple[str, str]) -> None:
    introduction = cast.waiting()
    approve = decisions(cast, introduction, delegate[0])[0]
    assert codes(at_once([approve] * 8)) == {"done": 1, "stale": 7}
    assert cast.deliver().count("ask:target") == 1


@pytest.mark.case("A7")
def test_two_who_confirm_at_once_open_one_chapter(cast: Cast) -> None:
    introduction = cast.asked()
    link, token = cast.page(introduction)
    later = {"answer": "later", "until": f"{cast.now + timedelta(days=40):%Y-%m-%d}", "still_looking": "on"}
    front.answer(link, token, later, now=cast.now)
    cast.pass_time(timedelta(days=41))
    both = [cast.desk, cast.asker(introduction)]
    results = at_once([partial(front.confirm, introduction, actor=actor, now=cast.now) for actor in both * 3])
    assert not failures(results, Refused)
    assert Introduction.objects.filter(chapter_of=introduction).count() == 1


def test_answers_that_come_at_once_to_one_desk_share_its_digest(cast: Cast) -> None:
    acts = []
    for number in range(4):
        card = people.add_card(cast.cora.id, name="T", addresses=[f"t{number}@target.example"])
        introduction = cast.asked(approval={"target": card.id}, email=f"r{number}@asks.example", name="R")
        acts.append(press(cast, introduction, NO))
    assert codes(at_once(acts)) == {"done": 4}
    assert Letter.objects.filter(kind="digest").count() == 1


# --- two clocks -----------------------------------------------------------------------------------------------------


@pytest.mark.case("B19", "A4")
@pytest.mark.parametrize("late", [timedelta(seconds=-1), timedelta()])
def test_a_yes_and_the_deadline_in_one_second_end_in_one_way(cast: Cast, late: timedelta) -> None:
    introduction = cast.asked()
    deadline = Introduction.objects.get(pk=introduction).next_at
    assert deadline is not None
    cast.now = deadline + late
    yes = press(cast, introduction, YES)
    results = at_once([yes, lambda: front.due(deadline), lambda: front.due(deadline)])
    assert not failures(results, Refused)
    happened = events(introduction)
    assert happened.count("silence") <= 1
    assert happened.count("yes") <= 1
    in_time = late < timedelta() and "yes" in happened
    assert state_of(introduction) is (State.AGREED if in_time else State.REFUSED)
    cast.now = deadline
    cast.pass_time(timedelta(days=1))
    assert ("introduced" in events(introduction)) == in_time


@pytest.mark.case("B20", "B28")
def test_two_schedulers_fire_each_deadline_once(cast: Cast) -> None:
    for number in range(6):
        cast.waiting(email=f"r{number}@asks.example", name="R")
    cast.now += timedelta(days=20)
    results = at_once([lambda: front.due(cast.now)] * 4)
    assert not failures(results)
    fired = Counter(JournalEntry.objects.filter(role="clock").values_list("introduction_id", "event"))
    assert set(fired.values()) == {1}
    assert len(fired) == 12
    assert Letter.objects.filter(kind="lapsed").count() == 6


# --- two forms ------------------------------------------------------------------------------------------------------


def send(cast: Cast, *, network: str = "", idempotency_key: str | None = None, **fields: str) -> Callable[[], object]:
    words = {**REQUEST, **fields}
    request = partial(front.request, cast.cora.id, words, now=cast.now, door="form")
    return partial(request, network=network, idempotency_key=idempotency_key)


@pytest.mark.case("B17", "B18")
def test_a_form_that_is_sent_twice_at_once_is_one_request(cast: Cast) -> None:
    results = at_once([send(cast, idempotency_key="k")] * 8)
    assert codes(results) == {"done": 8}
    assert len({one.id for one in results if isinstance(one, front.Outcome)}) == 1
    assert (Introduction.objects.count(), Letter.objects.count()) == (1, 1)


@pytest.mark.case("A2", "D22")
def test_one_wish_sent_at_once_through_two_forms_is_one_request_and_one_letter(cast: Cast) -> None:
    assert codes(at_once([send(cast)] * 8)) == {"done": 8}
    assert (Introduction.objects.count(), Letter.objects.count()) == (1, 1)


@pytest.mark.case("D22")
def test_a_crowd_behind_one_network_causes_five_letters(cast: Cast) -> None:
    crowd = [send(cast, email=f"r{number}@asks.example", network="f" * 32) for number in range(10)]
    assert codes(at_once(crowd)) == {"done": 5, "too_many": 5}
    assert Letter.objects.filter(kind="verify").count() == 5


@pytest.mark.case("E12")
def test_a_proof_pressed_many_times_at_once_is_one_proof(cast: Cast) -> None:
    introduction = cast.unverified()
    token = cast.key(introduction, "verify")
    link = str(front.open_link("verify", token, cast.now))
    results = at_once([lambda: front.verify(link, token, now=cast.now)] * 8)
    assert not failures(results, Refused)
    assert events(introduction) == ["requested", "verified"]
    assert Letter.objects.filter(kind="received").count() == 1
