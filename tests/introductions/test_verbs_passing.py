"""The point of no return: what stops an ask at the last instant, and how it stands afterwards (PROTOCOL, CASES 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection

from tests.introductions.checks import events, state_of
from tests.introductions.sending import blocked, claim, passed, recipient, stopped
from tests.support.cast import APPROVAL, RITA, TOM, Cast, frozen
from twoyes.introductions import front, outbox
from twoyes.introductions.models import AskedPair, Introduction, Letter, SendAttempt
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import addresses, store
from twoyes.lib.models import Installation
from twoyes.people import front as people

pytestmark = pytest.mark.both

PROGRAM = Actor(Role.PROGRAM, "", "care")


def wish(cast: Cast, *keys: str) -> None:
    found = keys or people.keys_of(cast.tom.id)
    people.wish(cast.cora.community_id, found, kind="never", scope="anyone", about="", introduction="", at=cast.now)


# --- what the protocol hears of -------------------------------------------------------------------------------------


@pytest.mark.case("A12", "B12")
def test_a_wish_that_came_after_the_approval_stops_the_ask(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    wish(cast)
    assert stopped(cast, claimed, "wish") == "parked"
    assert state_of(introduction) is State.REFUSED
    assert not AskedPair.objects.exists()


@pytest.mark.case("A12", "B12", "E18")
@pytest.mark.parametrize("who", ["tom", "rita"])
def test_an_erasure_that_came_after_the_approval_stops_the_ask(cast: Cast, who: str) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    keys = people.keys_of(cast.tom.id if who == "tom" else cast.rita.id)
    front.erase_person(cast.cora.community_id, keys, actor=PROGRAM, now=cast.now)
    people.forget_keys(cast.cora.community_id, keys, cast.now)
    # The erasure took the letter out of the worker's hands already.
    assert stopped(cast, claimed, "lost") == "parked"
    assert state_of(introduction) is State.ERASED


@pytest.mark.case("E19")
def test_a_subject_that_was_erased_elsewhere_is_found_at_the_last_instant(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    people.forget_keys("community001", people.keys_of(cast.tom.id), cast.now)
    found = blocked(cast, claimed, TOM)
    assert found.cause == "erased"
    assert front.stand_back(claimed, found, cast.now) == "parked"
    assert state_of(introduction) is State.REFUSED


@pytest.mark.case("A2", "B11")
def test_a_pair_that_was_taken_meanwhile_stops_the_ask(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    low, high = sorted([people.keys_of(cast.tom.id)[0], people.keys_of(cast.rita.id)[0]])
    AskedPair.objects.create(community_id=cast.cora.community_id, low=low, high=high, introduction="x" * 12)
    assert stopped(cast, claimed, "pair") == "parked"
    assert state_of(introduction) is State.REFUSED


@pytest.mark.case("A3", "B11")
@pytest.mark.parametrize(("days", "state"), [(20, State.ASKING), (10, State.REFUSED)])
def test_a_slot_that_was_taken_meanwhile_moves_the_ask_or_ends_it(cast: Cast, days: int, state: State) -> None:
    waits = cast.asking()
    claimed = claim(cast, "ask")
    for subject in people.lock_subjects(cast.cora.community_id, people.keys_of(cast.tom.id)):
        people.take_slot([subject.pk], next_ask_at=cast.now + timedelta(days=30 - days), slot="elsewhere")
    assert stopped(cast, claimed, "spacing") == ("queued" if state is State.ASKING else "parked")
    assert state_of(waits) is state
    letter = Letter.objects.get(pk=claimed.letter)
    if state is State.ASKING:
        assert letter.due_at == cast.now + timedelta(days=10)
        cast.pass_time(timedelta(days=10))
        assert [facts.introduction for facts in cast.sent if facts.kind == "ask"] == [waits]


@pytest.mark.case("D8")
@pytest.mark.parametrize("state", ["asking", "passed_on"])
def test_a_text_that_is_not_the_approved_one_goes_back_to_the_desk(cast: Cast, state: str) -> None:
    if state == "asking":
        introduction = cast.asking()
        claimed = claim(cast, "ask")
    else:
        introduction = cast.waiting()
        words = {"target": cast.tom.id}
        front.pass_on(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
        claimed = claim(cast, "details")
    Letter.objects.filter(pk=claimed.letter).update(text_sha256="0" * 64)
    assert stopped(cast, claimed, "text") == "parked"
    assert state_of(introduction) is (State.WAITING if state == "asking" else State.CLOSED)
    assert not AskedPair.objects.exists()


@pytest.mark.case("E26")
def test_an_approval_stands_only_while_whoever_gave_it_may_act(cast: Cast, delegate: tuple[str, str]) -> None:
    introduction = cast.waiting()
    dora = Actor(Role.DELEGATE, delegate[0], "web")
    words = {**APPROVAL, "target": cast.tom.id}
    front.approve(introduction, words, frozen=frozen(), actor=dora, now=cast.now)
    claimed = claim(cast, "ask")
    people.remove_delegate(cast.cora.id, delegate[0], at=cast.now)
    assert stopped(cast, claimed, "authority") == "parked"
    assert state_of(introduction) is State.WAITING
    again = front.approve(introduction, words, frozen=frozen("a new text"), actor=cast.desk, now=cast.now)
    assert (again.state, again.letters) == (State.ASKING, ("ask",))
    cast.deliver()
    assert [facts.frozen for facts in cast.sent if facts.kind == "ask"] == [frozen("a new text")]


@pytest.mark.case("C1")
def test_an_old_ask_is_not_sent_any_more(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    cast.now += timedelta(hours=72, seconds=1)
    assert stopped(cast, claimed, "not_after") == "parked"
    assert state_of(introduction) is State.UNDELIVERABLE
    assert not AskedPair.objects.exists()


# --- what only waits, or is over ------------------------------------------------------------------------------------


@pytest.mark.case("A9", "A10", "A11")
@pytest.mark.parametrize("by", ["desk", "asker"])
def test_what_was_withdrawn_does_not_leave(cast: Cast, by: str) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    actor = cast.desk if by == "desk" else cast.asker(introduction)
    front.withdraw(introduction, actor=actor, now=cast.now)
    assert stopped(cast, claimed, "lost") == "parked"
    assert state_of(introduction) is State.WITHDRAWN


def test_an_ask_whose_state_has_moved_on_is_parked(cast: Cast) -> None:
    """Should a letter be left behind by mistake, the state is read all the same."""
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    front.withdraw(introduction, actor=cast.desk, now=cast.now)
    Letter.objects.filter(pk=claimed.letter).update(state="queued")
    claimed = claim(cast, "ask")
    assert stopped(cast, claimed, "state") == "parked"


@pytest.mark.case("A6", "A12")
@pytest.mark.parametrize("act", ["no", "undo", "withdraw"])
def test_an_introduction_does_not_leave_when_a_yes_was_taken_back(cast: Cast, act: str) -> None:
    introduction = cast.agreed()
    cast.now += timedelta(minutes=10)
    front.due(cast.now)
    claimed = claim(cast, "introduction")
    if act == "withdraw":
        front.withdraw(introduction, actor=cast.asker(introduction), now=cast.now)
    elif act == "undo":
        front.undo(*cast.page(introduction), now=cast.now)
    else:
        cast.answer(introduction, "no")
    assert stopped(cast, claimed, "lost") == "dropped"
    assert not [one for one in cast.deliver() if one.startswith("introduction")]
    assert "introduced" not in events(introduction)


@pytest.mark.case("A12")
def test_an_introduction_does_not_leave_against_a_wish(cast: Cast) -> None:
    introduction = cast.agreed()
    cast.now += timedelta(minutes=10)
    front.due(cast.now)
    claimed = claim(cast, "introduction")
    wish(cast)
    assert stopped(cast, claimed, "wish") == "dropped"
    assert state_of(introduction) is State.REFUSED
    assert not [one for one in cast.deliver() if one.startswith("introduction")]


@pytest.mark.case("B3")
def test_whoever_lost_the_claim_does_not_pass(cast: Cast) -> None:
    cast.asking()
    first = claim(cast, "ask")
    cast.now += timedelta(minutes=3)
    assert front.reap(cast.now) == 1
    second = claim(cast, "ask")
    assert second.epoch == first.epoch + 1
    assert stopped(cast, first, "lost") == "claimed"
    passed(cast, second)
    assert stopped_after_all(cast, first) == "lost"
    assert stopped_after_all(cast, second) == "lost"
    assert SendAttempt.objects.filter(letter_id=second.letter, phase="xmit").count() == 1


def stopped_after_all(cast: Cast, claimed: front.Claimed) -> str:
    with pytest.raises(front.Blocked) as found:
        front.point_of_no_return(claimed, TOM, cast.now)
    return found.value.cause


@pytest.mark.case("F1")
def test_a_store_of_another_generation_sends_nothing(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    store.bump_generation()
    assert stopped(cast, claimed, "generation") == "held"
    assert front.held() == [claimed.letter]


def test_the_kill_switch_is_read_at_the_last_instant(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    Installation.objects.update(sending_enabled=False)
    assert stopped(cast, claimed, "kill_switch") == "queued"
    assert front.claim(cast.now + timedelta(hours=1)) is None


def test_more_asks_a_day_than_the_cap_wait(cast: Cast) -> None:
    Installation.objects.update(daily_cap=1)
    cast.asked()
    nils = people.add_card(cast.cora.id, name="Nils", addresses=["nils@target.example"])
    other = cast.asking(approval={"target": nils.id}, email="rolf@asks.example", name="Rolf")
    claimed = claim(cast, "ask")
    assert stopped(cast, claimed, "cap") == "queued"
    cast.pass_time(timedelta(days=1, hours=1))
    assert [facts.introduction for facts in cast.sent if facts.kind == "ask"][-1] == other


@pytest.mark.case("A21")
def test_an_address_that_changed_meanwhile_is_used_and_its_wishes_are_heeded(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    before = recipient(claimed)
    people.edit_card(cast.cora.id, cast.tom.id, addresses=["tom@new.example"])
    found = blocked(cast, claimed, before)
    assert found.cause == "address"
    assert front.stand_back(claimed, found, cast.now) == "queued"
    cast.deliver()
    assert [facts.recipient for facts in cast.sent if facts.kind == "ask"] == ["tom@new.example"]
    assert set(people.keys_of(cast.tom.id)) <= set(Introduction.objects.get(pk=introduction).target_keys)
    people.edit_card(cast.cora.id, cast.tom.id, addresses=["tom@newer.example"])
    cast.pass_time(timedelta(days=5))
    assert not [facts for facts in cast.sent if facts.recipient == "tom@newer.example"]


@pytest.mark.case("A21", "A17")
def test_a_wish_of_the_new_address_counts(cast: Cast) -> None:
    introduction = cast.asking()
    wish(cast, addresses.key("tom@new.example"))
    people.edit_card(cast.cora.id, cast.tom.id, addresses=["tom@new.example"])
    assert stopped(cast, claim(cast, "ask"), "wish") == "parked"
    assert state_of(introduction) is State.REFUSED


@pytest.mark.case("A14")
def test_an_address_that_shows_both_to_be_one_person_stops_the_ask(cast: Cast) -> None:
    introduction = cast.asking()
    people.edit_card(cast.cora.id, cast.tom.id, addresses=[TOM, RITA])
    assert stopped(cast, claim(cast, "ask"), "pair") == "parked"
    assert state_of(introduction) is State.REFUSED


# --- when the database fails ----------------------------------------------------------------------------------------


@pytest.mark.case("B7", "B8")
@pytest.mark.parametrize("error", [OperationalError, DatabaseError, InterfaceError, IntegrityError])
@pytest.mark.parametrize("where", ["first", "last"])
def test_a_database_that_fails_counts_as_not_passed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: type[Exception], where: str
) -> None:
    cast.asking()
    claimed = claim(cast, "ask")

    def fail(*_args: object, **_values: object) -> None:
        raise error("the disk is full")

    place: tuple[object, str] = (store, "durable") if where == "first" else (outbox, "_attempt")
    with monkeypatch.context() as patch:
        patch.setattr(*place, fail)
        assert stopped(cast, claimed, "database") == "queued"
    assert not AskedPair.objects.exists()
    cast.now += timedelta(minutes=6)
    assert "ask:target" in cast.deliver()


@pytest.mark.case("B8")
@pytest.mark.django_db(transaction=True)
def test_a_commit_of_which_nobody_knows_counts_as_not_passed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.asking()
    claimed = claim(cast, "ask")

    def break_off() -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "_commit", break_off)
        assert blocked(cast, claimed).cause == "database"
    assert front.stand_back(claimed, front.Blocked("database"), cast.now) == "queued"
    assert not AskedPair.objects.exists()


@pytest.mark.case("B10")
@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_on_a_connection_on_which_a_commit_may_be_lost(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    lazy, back = (
        ("PRAGMA synchronous=1", "PRAGMA synchronous=FULL")
        if store.is_sqlite()
        else ("SET synchronous_commit=off", "SET synchronous_commit=on")
    )
    run(lazy)
    try:
        assert stopped(cast, claimed, "not_durable") == "queued"
    finally:
        run(back)
    cast.now += timedelta(minutes=6)
    assert "ask:target" in cast.deliver()


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
