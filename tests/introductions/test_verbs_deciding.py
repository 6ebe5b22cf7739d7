"""Cora weighs a request: yes, no, not yet, "let us talk first", or only the details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tests.introductions.checks import events, last_actor, refused, state_of
from tests.support.cast import APPROVAL, CORA, RITA, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction, Letter
from twoyes.introductions.protocol import Actor, Role, State, record
from twoyes.lib import sealing
from twoyes.people import front as people


def approve(cast: Cast, introduction: str, seen: int | None = None, /, **fields: str) -> front.Outcome:
    words = {**APPROVAL, "target": cast.tom.id, **fields}
    return front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now, seen=seen)


def turn(cast: Cast, introduction: str) -> int:
    page = front.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    return page.turn


# --- yes ------------------------------------------------------------------------------------------------------------


@pytest.mark.case("A3", "D8")
def test_an_approval_queues_the_very_text_and_tells_rita_a_date(cast: Cast) -> None:
    introduction = cast.waiting()
    done = approve(cast, introduction, turn(cast, introduction))
    assert (done.state, done.letters) == (State.ASKING, ("on_its_way", "ask"))
    letter = Letter.objects.get(introduction_id=introduction, kind="ask")
    text = sealing.get_json(letter, "text")
    assert (text["text"], letter.text_sha256) == (frozen().text, frozen().sha256)
    assert Introduction.objects.get(pk=introduction).approved_sha256 == {"target": frozen().sha256}
    assert letter.not_after is not None
    page = front.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert page.hears_by is not None
    assert timedelta(days=24, hours=1) <= page.hears_by - cast.now < timedelta(days=25)
    assert last_actor(introduction) == ("connector", cast.cora.id, "test")


def test_the_pair_is_not_used_before_the_ask_leaves(cast: Cast) -> None:
    introduction = cast.asking()
    assert not AskedPair.objects.exists()
    cast.deliver()
    assert set(AskedPair.objects.values_list("introduction", flat=True)) == {introduction}


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"vouch": ""}, "vouch", "required"),
        ({"vouch": "a\0b"}, "vouch", "bad_text"),
        ({"vouch_level": "very"}, "vouch_level", "choice"),
        ({"channel": "pigeon"}, "channel", "choice"),
        ({"target": ""}, "target", "unknown"),
        ({"target": "x" * 12}, "target", "unknown"),
    ],
)
def test_an_approval_needs_a_person_and_a_first_hand_sentence(
    cast: Cast, fields: Mapping[str, str], field: str, code: str
) -> None:
    introduction = cast.waiting()
    error = refused(code, lambda: approve(cast, introduction, **fields))
    assert isinstance(error, front.BadFields)
    assert list(error.errors) == [field]
    assert not Letter.objects.filter(introduction_id=introduction, kind="ask").exists()


def test_a_person_of_another_book_is_not_known_here(cast: Cast) -> None:
    foreign = people.add_card(cast.otto.id, name="Ole", addresses=["ole@elsewhere.example"])
    introduction = cast.waiting()
    refused("unknown", lambda: approve(cast, introduction, target=foreign.id))


def test_nobody_without_an_address_is_asked_by_mail(cast: Cast) -> None:
    nobody = people.add_card(cast.cora.id, name="Nils Nowhere")
    introduction = cast.waiting()
    refused("no_address", lambda: approve(cast, introduction, target=nobody.id))
    assert approve(cast, introduction, target=nobody.id, channel="by_hand").state is State.ASKING


@pytest.mark.case("A14")
@pytest.mark.parametrize("way", ["same address", "known on one card"])
def test_nobody_is_introduced_to_herself(cast: Cast, way: str) -> None:
    if way == "known on one card":
        people.edit_card(cast.cora.id, cast.rita.id, addresses=["rita@private.example", RITA])
    introduction = cast.waiting(target="A certain Rita")
    cast.sent.clear()
    refused("self", lambda: approve(cast, introduction, target=cast.rita.id))
    assert not [facts for facts in cast.sent if facts.side == "target"]
    assert front.requester_page(*cast.page(introduction, "requester"), cast.now).view.stage == "waiting"


@pytest.mark.case("A15")
def test_nobody_is_introduced_to_the_one_who_introduces(cast: Cast) -> None:
    own = people.add_card(cast.cora.id, name="Myself", addresses=["me@private.example", CORA])
    introduction = cast.waiting()
    refused("self", lambda: approve(cast, introduction, target=own.id))
    words = {"target": own.id}
    refused(
        "self",
        lambda: front.pass_on(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now),
    )


@pytest.mark.case("A16")
def test_two_who_ask_for_each_other_are_asked_once_each_and_neither_stands_for_the_other(cast: Cast) -> None:
    to_tom = cast.asked()
    to_rita = cast.waiting(name="Tom Target", email="tom@target.example", target="Rita of Nordsjo Drift")
    approved = approve(cast, to_rita, target=cast.rita.id)
    assert approved.state is State.REFUSED
    assert state_of(to_tom) is State.ASKING
    cast.pass_time(timedelta(days=60))
    assert [facts.recipient for facts in cast.sent if facts.kind == "ask"] == ["tom@target.example"]
    assert not [facts for facts in cast.sent if facts.kind == "introduction"]


@pytest.mark.case("A5", "E19")
def test_a_standing_yes_needs_no_ask_but_gives_way_to_any_no(cast: Cast) -> None:
    first = cast.asked()
    link, token = cast.page(first)
    front.wishes(link, token, {"wish": "standing_yes"}, now=cast.now)
    other = cast.waiting(email="rolf@asks.example", name="Rolf")
    done = approve(cast, other)
    assert (done.state, done.letters) == (State.AGREED, ("on_its_way",))
    assert AskedPair.objects.filter(introduction=other).exists()
    front.wishes(link, token, {"wish": "never", "scope": "anyone"}, now=cast.now)
    cast.pass_time(timedelta(minutes=11))
    assert state_of(other) is State.REFUSED
    third = cast.waiting(email="ruth@asks.example", name="Ruth")
    assert approve(cast, third).state is State.REFUSED


# --- no, not yet, and only the details ------------------------------------------------------------------------------


def test_a_no_is_told_at_once_with_its_reason(cast: Cast) -> None:
    introduction = cast.declined()
    assert [facts.kind for facts in cast.sent][-1] == "declined"
    page = front.requester_page(*cast.page(introduction, "requester"), cast.now)
    assert page.view.stage == "declined"
    assert page.consolation["reason"] == "I know him too little."
    error = refused("required", lambda: front.decline(introduction, {}, actor=cast.desk, now=cast.now))
    assert isinstance(error, front.BadFields)
    assert set(error.errors) == {"reason"}


def test_help_says_something(cast: Cast) -> None:
    introduction = cast.waiting()
    refused("required", lambda: front.return_(introduction, {}, actor=cast.desk, now=cast.now))
    refused("required", lambda: front.talk(introduction, {"words": "Hm"}, actor=cast.desk, now=cast.now))


def test_a_talk_leads_back_to_the_desk(cast: Cast) -> None:
    introduction = cast.talking()
    assert front.talked(introduction, actor=cast.desk, now=cast.now).state is State.WAITING
    assert events(introduction)[-2:] == ["talk", "talked"]


@pytest.mark.case("A1")
def test_only_the_details_go_over_and_they_use_up_the_ask(cast: Cast) -> None:
    introduction = cast.passed_on()
    assert {(facts.kind, facts.side) for facts in cast.sent[-2:]} == {("details", "target"), ("passed_on", "requester")}
    second = cast_later(cast).waiting(target="Tom T.")
    assert approve(cast, second).state is State.REFUSED
    assert introduction != second


def cast_later(cast: Cast) -> Cast:
    cast.pass_time(timedelta(days=31))
    return cast


def test_without_her_permission_nothing_of_rita_goes_over(cast: Cast) -> None:
    introduction = cast.waiting(may_pass_on="")
    words = {"target": cast.tom.id}
    refused(
        "details_not_allowed",
        lambda: front.pass_on(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now),
    )


# --- by whom, and on which page -------------------------------------------------------------------------------------


ACTS: dict[str, tuple[str, Callable[[Cast, str, int], object]]] = {
    "approve": ("waiting", approve),
    "decline": ("waiting", lambda c, i, seen: front.decline(i, {"reason": "No."}, actor=c.desk, now=c.now, seen=seen)),
    "return_": ("waiting", lambda c, i, seen: front.return_(i, {"words": "More."}, actor=c.desk, now=c.now, seen=seen)),
    "talk": ("waiting", lambda c, i, seen: front.talk(i, {"times": "At ten"}, actor=c.desk, now=c.now, seen=seen)),
    "talked": ("talking", lambda c, i, seen: front.talked(i, actor=c.desk, now=c.now, seen=seen)),
    "override": (
        "waiting",
        lambda c, i, seen: front.override(i, "no_why_now", reason="Why not.", actor=c.desk, now=c.now, seen=seen),
    ),
    "pass_on": (
        "waiting",
        lambda c, i, seen: front.pass_on(i, {"target": c.tom.id}, frozen=frozen(), actor=c.desk, now=c.now, seen=seen),
    ),
    "note_answer": (
        "asked",
        lambda c, i, seen: front.note_answer(
            i, {"answer": "no", "how": "On the phone"}, actor=c.desk, now=c.now, seen=seen
        ),
    ),
}


@pytest.mark.case("A26")
@pytest.mark.parametrize("act", ACTS)
def test_a_button_on_an_old_page_does_nothing(cast: Cast, act: str) -> None:
    state, press = ACTS[act]
    introduction: str = getattr(cast, state)()
    seen = turn(cast, introduction)
    refused("stale", lambda: press(cast, introduction, seen - 1))
    press(cast, introduction, seen)
    assert last_actor(introduction)[0] == "connector"


@pytest.mark.case("A13", "E12")
@pytest.mark.parametrize("act", ["approve", "decline", "return_", "talk", "talked", "pass_on"])
@pytest.mark.parametrize("state", ["unverified", "asked", "refused", "introduced", "withdrawn", "closed"])
def test_what_has_moved_on_cannot_be_decided_again(cast: Cast, act: str, state: str) -> None:
    introduction: str = getattr(cast, state)()
    refused("not_now", lambda: ACTS[act][1](cast, introduction, turn_of(introduction)))


def turn_of(introduction: str) -> int:
    return record.from_json(Introduction.objects.get(pk=introduction).snapshot).turn


@pytest.mark.case("A28", "E26")
def test_a_delegate_decides_as_herself_until_removed(cast: Cast, delegate: tuple[str, str]) -> None:
    dora = Actor(Role.DELEGATE, delegate[0], "web")
    introduction = cast.waiting()
    front.talk(introduction, {"times": "At ten"}, actor=dora, now=cast.now)
    assert last_actor(introduction) == ("delegate", delegate[0], "web")
    people.remove_delegate(cast.cora.id, delegate[0], at=cast.now)
    refused("nothing_here", lambda: front.talked(introduction, actor=dora, now=cast.now))


@pytest.mark.case("A28")
def test_of_two_at_one_desk_the_second_sees_the_decision_of_the_first(cast: Cast, delegate: tuple[str, str]) -> None:
    dora = Actor(Role.DELEGATE, delegate[0], "web")
    introduction = cast.waiting()
    seen = turn(cast, introduction)
    approve(cast, introduction, seen)
    refused(
        "stale",
        lambda: front.decline(introduction, {"reason": "No."}, actor=dora, now=cast.now, seen=seen),
    )
    assert state_of(introduction) is State.ASKING


def test_an_override_keeps_the_codes_that_stand_and_nothing_that_was_typed(cast: Cast) -> None:
    introduction = cast.waiting(why_now="")
    front.override(
        introduction, "no_why_now, too_many_open <b> Rita", reason="She is new here.", actor=cast.desk, now=cast.now
    )
    assert front.journal(introduction)[-1][0].data == {"codes": "no_why_now"}
