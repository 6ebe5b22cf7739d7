"""An ask that Cora gives out herself, for LinkedIn or the phone: copying it is asking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.checks import last_actor, nothing_here, refused, state_of
from tests.support.cast import APPROVAL, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Letter, SendAttempt
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import store
from twoyes.people import front as people

HAND = {"channel": "by_hand"}


def copy(cast: Cast, introduction: str) -> front.ByHand:
    _done, text = front.by_hand(introduction, actor=cast.desk, now=cast.now)
    assert text is not None
    return text


def page_of(cast: Cast, text: front.ByHand) -> tuple[str, str]:
    token = text.link.rpartition("/")[2]
    return str(front.open_link("target", token, cast.now)), token


@pytest.mark.both
@pytest.mark.case("A1", "A4")
def test_a_copied_ask_takes_the_pair_its_slot_and_the_deadline(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    cast.deliver()
    assert not [facts for facts in cast.sent if facts.kind == "ask"]
    assert not AskedPair.objects.exists()
    text = copy(cast, introduction)
    assert text.link in text.text
    assert "{page}" not in text.text
    assert last_actor(introduction) == ("connector", cast.cora.id, "test")
    assert AskedPair.objects.filter(introduction=introduction).exists()
    subject = people.subject(cast.cora.community_id, people.keys_of(cast.tom.id)[0])
    assert subject is not None
    assert (subject.slot, subject.next_ask_at) == (introduction, cast.now + timedelta(days=30))
    attempt = SendAttempt.objects.get(letter__introduction_id=introduction, letter__kind="ask")
    assert (attempt.phase, attempt.epoch, attempt.reply) == ("xmit", 0, "by hand")
    cast.pass_time(timedelta(days=10, minutes=1))
    assert state_of(introduction) is State.REFUSED


@pytest.mark.case("A1", "E12")
def test_it_is_given_out_once_and_may_be_copied_again(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    assert front.copied(introduction, actor=cast.desk) is None
    text = copy(cast, introduction)
    refused("not_by_hand", lambda: front.by_hand(introduction, actor=cast.desk, now=cast.now))
    assert front.copied(introduction, actor=cast.desk) == text
    assert SendAttempt.objects.filter(phase="xmit", letter__kind="ask").count() == 1


def test_tom_answers_on_the_page_whose_address_was_copied(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    link, token = page_of(cast, copy(cast, introduction))
    front.answer(link, token, {"answer": "yes", "confirm": "on"}, now=cast.now)
    cast.pass_time(timedelta(minutes=11))
    assert state_of(introduction) is State.INTRODUCED


@pytest.mark.case("A1", "A2")
def test_somebody_without_an_address_is_given_one_ask_about_rita_as_well(cast: Cast) -> None:
    nils = people.add_card(cast.cora.id, name="Nils Nowhere")
    introduction = cast.asking(approval={**HAND, "target": nils.id}, target="Nils")
    copy(cast, introduction)
    cast.pass_time(timedelta(days=31))
    again = cast.asking(approval={**HAND, "target": nils.id}, target="Nils N.")
    assert state_of(again) is State.REFUSED
    people.edit_card(cast.cora.id, nils.id, addresses=["nils@target.example"])
    cast.pass_time(timedelta(days=31))
    third = cast.asking(approval={"target": nils.id}, target="Mr. Nowhere")
    assert state_of(third) is State.REFUSED


@pytest.mark.case("A3", "A5")
def test_somebody_without_an_address_is_not_given_two_asks_at_once(cast: Cast) -> None:
    nils = people.add_card(cast.cora.id, name="Nils Nowhere")
    approval = {**HAND, "target": nils.id}
    copy(cast, cast.asking(approval=approval, target="Nils"))
    other = cast.asking(approval=approval, target="Nils", email="rolf@asks.example", name="Rolf")
    assert state_of(other) is State.REFUSED
    people.wish(
        cast.cora.community_id,
        front.keys_of_card(nils.id),
        kind="never",
        scope="anyone",
        about="",
        introduction="",
        at=cast.now,
    )
    cast.pass_time(timedelta(days=31))
    third = cast.asking(approval=approval, target="Nils", email="ruth@asks.example", name="Ruth")
    assert state_of(third) is State.REFUSED


@pytest.mark.case("A3")
def test_an_ask_by_hand_waits_for_its_slot_and_never_leaves_by_mail(cast: Cast) -> None:
    cast.asked()
    cast.pass_time(timedelta(days=20))
    introduction = cast.asking(approval=HAND, email="rolf@asks.example", name="Rolf")
    assert state_of(introduction) is State.ASKING
    error = refused("not_before", lambda: front.by_hand(introduction, actor=cast.desk, now=cast.now))
    assert "early April 2026" in error.sentence
    cast.pass_time(timedelta(days=11))
    assert [facts.introduction for facts in cast.sent if facts.kind == "ask"].count(introduction) == 0
    assert Letter.objects.get(introduction_id=introduction, kind="ask").state == "parked"
    assert copy(cast, introduction).link


@pytest.mark.case("A5", "B11")
def test_what_forbids_a_letter_forbids_a_copy(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    keys = people.keys_of(cast.tom.id)
    people.wish(cast.cora.community_id, keys, kind="never", scope="anyone", about="", introduction="", at=cast.now)
    refused("cannot_be_asked", lambda: front.by_hand(introduction, actor=cast.desk, now=cast.now))
    assert not AskedPair.objects.exists()


@pytest.mark.case("F1")
def test_a_restored_store_gives_nothing_out(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    store.generation_file().unlink()
    refused("restored", lambda: front.by_hand(introduction, actor=cast.desk, now=cast.now))


@pytest.mark.case("A13")
@pytest.mark.parametrize(
    ("state", "code"), [("asking", "not_by_hand"), ("asked", "not_by_hand"), ("waiting", "not_now")]
)
def test_an_ask_that_goes_by_mail_is_not_given_out_as_well(cast: Cast, state: str, code: str) -> None:
    introduction: str = getattr(cast, state)()
    refused(code, lambda: front.by_hand(introduction, actor=cast.desk, now=cast.now))


@pytest.mark.case("E8")
def test_nobody_else_copies_it(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    otto = Actor(Role.CONNECTOR, cast.otto.id, "web")
    nothing_here(lambda: front.by_hand(introduction, actor=otto, now=cast.now))
    copy(cast, introduction)
    assert front.copied(introduction, actor=otto) is None
    assert front.copied("x" * 12, actor=otto) is None


def test_an_introduction_that_went_out_by_hand_is_not_sent_as_well(cast: Cast) -> None:
    introduction = cast.agreed()
    refused("hold", lambda: front.by_hand(introduction, actor=cast.desk, now=cast.now))
    cast.now += timedelta(minutes=10)
    front.due(cast.now)
    assert Letter.objects.filter(introduction_id=introduction, kind="introduction", state="queued").count() == 2
    done, text = front.by_hand(introduction, actor=cast.desk, now=cast.now)
    assert (done.state, text) == (State.INTRODUCED, None)
    assert not [one for one in cast.deliver() if one.startswith("introduction")]


def test_an_ask_that_nobody_copied_runs_out(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    cast.pass_time(timedelta(days=15))
    assert state_of(introduction) is State.UNDELIVERABLE
    refused("not_now", lambda: front.by_hand(introduction, actor=cast.desk, now=cast.now))
    assert not AskedPair.objects.exists()


def test_cora_may_note_the_answer_that_came_by_hand(cast: Cast) -> None:
    introduction = cast.asking(approval=HAND)
    copy(cast, introduction)
    noted = {"answer": "no", "how": "On LinkedIn"}
    assert front.note_answer(introduction, noted, actor=cast.desk, now=cast.now).state is State.REFUSED


@pytest.mark.case("E8")
def test_each_text_that_was_given_out_is_that_of_its_own_introduction(cast: Cast) -> None:
    first = cast.asking(approval=HAND)
    other = people.add_card(cast.cora.id, name="Tom the second", addresses=["tom2@target.example"])
    second = cast.asking(approval={**HAND, "target": other.id}, email="kim@asks.example", name="Kim Ode")
    assert copy(cast, first) == front.copied(first, actor=cast.desk)
    assert front.copied(second, actor=cast.desk) is None
    assert copy(cast, second) == front.copied(second, actor=cast.desk) != front.copied(first, actor=cast.desk)


def given_out_to_nils(cast: Cast) -> str:
    """Nils is known from LinkedIn alone, and Cora gave him the ask."""
    nils = people.add_card(cast.cora.id, name="Nils Nowhere")
    introduction = cast.waiting(target="Nils")
    words = {**APPROVAL, **HAND, "target": nils.id}
    front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    return introduction


def test_details_for_somebody_without_an_address_go_to_the_one_they_write_and_to_nobodys_page(cast: Cast) -> None:
    introduction = given_out_to_nils(cast)
    link, token = page_of(cast, copy(cast, introduction))
    wanted = {"answer": "their_details"}
    bad = refused("required", lambda: front.answer(link, token, wanted, now=cast.now))
    assert isinstance(bad, front.BadFields)
    assert [*bad.errors] == ["address"]
    refused("bad_address", lambda: front.answer(link, token, {**wanted, "address": "nils"}, now=cast.now))
    assert state_of(introduction) is State.ASKING

    front.answer(link, token, {**wanted, "address": "nils@target.example"}, now=cast.now)
    cast.pass_time(timedelta(minutes=11))
    details = [facts for facts in cast.sent if facts.kind == "details"]
    assert [facts.recipient for facts in details] == ["nils@target.example"]
    assert Letter.objects.get(introduction=introduction, kind="details").state == "sent"
    seen = front.desk_page(cast.cora.id, introduction, cast.now)
    assert seen is not None
    assert "nils@target.example" not in repr(seen), "it was given for one letter, not to the connector"


def test_details_that_were_asked_for_by_phone_need_an_address_first(cast: Cast) -> None:
    introduction = given_out_to_nils(cast)
    copy(cast, introduction)
    noted = {"answer": "their_details", "how": "On the phone"}
    refused("no_address", lambda: front.note_answer(introduction, noted, actor=cast.desk, now=cast.now))
    assert state_of(introduction) is State.ASKING
