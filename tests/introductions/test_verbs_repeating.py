"""The same wish twice is one wish, the same form twice is one form, and nobody's mailbox is filled (A2, B17, D22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.introductions.checks import refused, state_of
from tests.support.cast import APPROVAL, REQUEST, RITA, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction, Letter, RequesterProof
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.introductions.records import Outcome
from twoyes.lib import addresses
from twoyes.people import front as people

DAY = timedelta(days=1)


def ask(cast: Cast, **fields: str) -> Outcome:
    return front.request(cast.cora.id, {**REQUEST, **fields}, now=cast.now, door="form")


def asks_to_tom(cast: Cast) -> int:
    return len([facts for facts in cast.sent if facts.kind == "ask" and facts.recipient.startswith("tom")])


# --- the same wish (A2, N7) -----------------------------------------------------------------------------------------


@pytest.mark.case("A2")
@pytest.mark.parametrize(
    "state", ["unverified", "waiting", "returned", "declined", "lapsed", "asked", "refused", "silent", "introduced"]
)
def test_the_same_wish_again_is_answered_with_the_first(cast: Cast, state: str) -> None:
    first: str = getattr(cast, state)()
    cast.now += DAY
    stood = state_of(first)
    again = ask(cast, ask="Something else entirely, but of the same person.")
    assert (again.id, again.repeat, again.letters) == (first, True, ())
    assert (state_of(first), Introduction.objects.count()) == (stood, 1)
    kind = "verify" if state == "unverified" else "received"
    assert f"{kind}:requester" in cast.deliver()


@pytest.mark.case("A2")
@pytest.mark.parametrize(
    "target", ["tom target of blade works", "Tom  Tárget of Blade Works ", "TOM TARGET of Blade Works"]
)
def test_another_spelling_is_the_same_wish(cast: Cast, target: str) -> None:
    first = cast.waiting()
    cast.now += DAY
    assert ask(cast, target=target).id == ask(cast, target=target, email="Rita@ASKS.example").id == first
    assert Introduction.objects.count() == 1


@pytest.mark.case("A2")
def test_what_was_never_proved_may_be_asked_anew(cast: Cast) -> None:
    first = cast.unverified()
    cast.pass_time(timedelta(hours=49))
    assert state_of(first) is State.DISCARDED
    assert not ask(cast).repeat


def _another_spelling(cast: Cast) -> str:
    return cast.waiting(target="The author of the 2024 paper on erosion")


def _after_expiry(cast: Cast) -> str:
    cast.pass_time(timedelta(days=40))
    return cast.waiting(target="Tom T.")


def _another_address_of_tom(cast: Cast) -> str:
    people.edit_card(cast.cora.id, cast.tom.id, addresses=["tom@new.example", "tom@target.example"])
    return cast.waiting(target="Tom T.")


@pytest.mark.case("A2", "A4")
@pytest.mark.parametrize("again", [_another_spelling, _after_expiry, _another_address_of_tom])
@pytest.mark.parametrize("state", ["asked", "refused", "silent", "introduced", "withdrawn", "passed"])
def test_tom_is_not_asked_twice_about_rita(cast: Cast, state: str, again: Callable[[Cast], str]) -> None:
    getattr(cast, state)()
    cast.pass_time(timedelta(days=31))
    second = again(cast)
    outcome = front.approve(second, {**APPROVAL, "target": cast.tom.id}, frozen=frozen(), actor=cast.desk, now=cast.now)
    assert outcome.state is State.REFUSED
    assert "on_its_way" in outcome.letters
    cast.pass_time(timedelta(days=30))
    assert asks_to_tom(cast) == 1
    assert [f.kind for f in cast.sent if f.introduction == second and f.side == "requester"][-1] == "not_this_time"


@pytest.mark.case("A2")
def test_tom_is_not_asked_twice_through_somebody_else_who_learns_nothing(cast: Cast) -> None:
    cast.refused()
    cast.now += timedelta(days=31)
    toms = people.add_card(cast.otto.id, name="Thomas", addresses=["tom@target.example"])
    desk = Actor(Role.CONNECTOR, cast.otto.id, "test")
    made = front.request(cast.otto.id, REQUEST, now=cast.now, door="web", proved=addresses.key(RITA))
    assert (made.state, made.repeat) == (State.WAITING, False)
    approved = {**APPROVAL, "target": toms.id}
    assert front.approve(made.id, approved, frozen=frozen(), actor=desk, now=cast.now).state is State.REFUSED
    cast.pass_time(timedelta(days=30))
    assert asks_to_tom(cast) == 1
    page = front.desk_page(cast.otto.id, made.id, cast.now)
    assert page is not None
    assert cast.cora.id not in repr(page)
    assert "cora" not in repr(page).casefold().replace("cora and i worked", "")


@pytest.mark.case("A2")
def test_an_erased_target_is_no_other_answer_to_the_same_wish(cast: Cast) -> None:
    first = cast.asked()
    front.erase_person(
        cast.cora.community_id, people.keys_of(cast.tom.id), actor=Actor(Role.PROGRAM, "", "care"), now=cast.now
    )
    cast.now += DAY
    assert ask(cast).id == first


@pytest.mark.case("A3")
def test_several_who_want_tom_wait_for_one_another(cast: Cast) -> None:
    cast.asked()
    near = timedelta(days=20)
    cast.pass_time(near)
    waits = cast.asking(email="rolf@asks.example", name="Rolf")
    page = front.desk_page(cast.cora.id, waits, cast.now)
    assert page is not None
    assert page.not_before == (cast.now - near + timedelta(days=30)).date()
    # The letters that Rita gets meanwhile do not keep Tom's slot.
    cast.pass_time(timedelta(days=9))
    assert asks_to_tom(cast) == 1
    also = cast.asking(email="ruth@asks.example", name="Ruth")
    cast.pass_time(timedelta(days=2))
    assert asks_to_tom(cast) == 2
    assert {state_of(waits), state_of(also)} == {State.ASKING, State.REFUSED}
    cast.pass_time(timedelta(days=60))
    assert asks_to_tom(cast) == 2


@pytest.mark.case("A3")
def test_whose_slot_is_too_far_away_is_refused_quietly_at_once(cast: Cast) -> None:
    cast.asked()
    introduction = cast.asking(email="rolf@asks.example", name="Rolf")
    assert state_of(introduction) is State.REFUSED
    cast.deliver()
    assert front.requester_page(*cast.page(introduction, "requester"), cast.now).view.stage == "on_its_way"
    assert not AskedPair.objects.filter(introduction=introduction).exists()


# --- the same form (B17, B18) ---------------------------------------------------------------------------------------


@pytest.mark.case("B17", "B18")
def test_a_form_that_is_sent_twice_is_one_request(cast: Cast) -> None:
    form = {"now": cast.now, "door": "form", "idempotency_key": "k" * 64}
    first = front.request(cast.cora.id, REQUEST, **form)  # type: ignore[arg-type]
    again = front.request(cast.cora.id, {**REQUEST, "target": "Corrected"}, **form)  # type: ignore[arg-type]
    assert (again.id, again.repeat) == (first.id, True)
    assert (Introduction.objects.count(), Letter.objects.count()) == (1, 1)


def test_a_key_is_of_one_desk(cast: Cast) -> None:
    here = front.request(cast.cora.id, REQUEST, now=cast.now, door="form", idempotency_key="k")
    there = front.request(cast.otto.id, REQUEST, now=cast.now, door="form", idempotency_key="k")
    assert here.id != there.id


# --- nobody's mailbox is filled (D22) -------------------------------------------------------------------------------


@pytest.mark.case("D22")
def test_one_address_gets_one_letter_a_day_whatever_is_typed_in(cast: Cast) -> None:
    for number in range(12):
        ask(cast, target=f"Person {number}")
    cast.deliver()
    assert [facts.kind for facts in cast.sent] == ["verify"]
    cast.now += DAY
    for number in range(20):
        ask(cast, target=f"Person {number}")
    cast.deliver()
    assert len(cast.sent) == 2


@pytest.mark.case("D22")
def test_one_network_causes_five_letters_a_day(cast: Cast) -> None:
    network = "f" * 32
    for number in range(5):
        front.request(
            cast.cora.id, {**REQUEST, "email": f"r{number}@asks.example"}, now=cast.now, door="web", network=network
        )
    more = {**REQUEST, "email": "r9@asks.example"}
    for _ in range(3):
        refused("too_many", lambda: front.request(cast.cora.id, more, now=cast.now, door="web", network=network))
    front.request(cast.cora.id, more, now=cast.now, door="web", network="e" * 32)
    front.request(cast.cora.id, {**REQUEST, "target": "X"}, now=cast.now + DAY, door="web", network=network)
    assert Letter.objects.filter(kind="verify").count() == 7


@pytest.mark.case("D22")
def test_a_repeat_writes_at_most_once_a_day_and_a_proved_browser_never(cast: Cast) -> None:
    cast.waiting()
    cast.sent.clear()
    ask(cast)
    assert cast.deliver() == []
    cast.now += DAY
    for _ in range(4):
        ask(cast)
        front.request(cast.cora.id, REQUEST, now=cast.now, door="web", proved=addresses.key(RITA))
    assert cast.deliver() == ["received:requester"]


def test_the_counts_of_days_gone_by_are_thrown_away(cast: Cast) -> None:
    cast.unverified()
    front.tidy(cast.now + timedelta(days=2))
    assert RequesterProof.objects.count() == 1
    front.tidy(cast.now + timedelta(days=3))
    assert RequesterProof.objects.count() == 0
