"""After the yes: both envelopes, a second sending, a second introduction, and codes that belong to nobody's story."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.checks import events, last_actor, refused, state_of
from tests.support.cast import APPROVAL, CORA, RITA, TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Letter
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.people import front as people


def envelopes(cast: Cast, introduction: str) -> list[front.LetterFacts]:
    return [facts for facts in cast.sent if facts.kind == "introduction" and facts.introduction == introduction]


def page(cast: Cast, introduction: str) -> front.DeskPage:
    found = front.desk_page(cast.cora.id, introduction, cast.now)
    assert found is not None
    return found


@pytest.mark.case("A12", "A1")
def test_both_get_one_envelope_each_under_one_message_id_after_the_hold(cast: Cast) -> None:
    introduction = cast.agreed()
    cast.pass_time(timedelta(minutes=9, seconds=59))
    assert envelopes(cast, introduction) == []
    cast.pass_time(timedelta(seconds=1))
    both = envelopes(cast, introduction)
    assert {facts.side: facts.recipient for facts in both} == {"requester": RITA, "target": TOM}
    assert len({facts.message_id for facts in both}) == 1
    assert all((facts.requester_address, facts.target_address) == (RITA, TOM) for facts in both)
    assert events(introduction)[-2:] == ["hold_over", "introduced"]


@pytest.mark.case("A21")
@pytest.mark.parametrize("offered", [False, True])
def test_the_introduction_gives_the_address_that_the_yes_named_and_no_later_one(cast: Cast, *, offered: bool) -> None:
    introduction = cast.offered() if offered else cast.agreed()
    if offered:
        cast.answer(introduction, "yes", side="first")
        people.edit_card(cast.cora.id, cast.rita.id, addresses=["rita@new.example"])
        cast.pass_time(timedelta(minutes=11))
        cast.answer(introduction, "yes", side="second")
    people.edit_card(cast.cora.id, cast.tom.id, addresses=["tom@new.example"])
    cast.pass_time(timedelta(minutes=11))
    assert {(facts.recipient, facts.target_address) for facts in envelopes(cast, introduction)} == {
        (RITA, TOM),
        (TOM, TOM),
    }
    assert TOM not in repr(page(cast, introduction))


def test_a_first_side_that_gave_another_address_is_asked_again_at_its_card(cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first", address="rita@private.example")
    front.undo(*cast.page(introduction, "first"), now=cast.now)
    until = f"{cast.now + timedelta(days=40):%Y-%m-%d}"
    cast.answer(introduction, "later", side="first", until=until)
    cast.pass_time(timedelta(days=41))
    new = front.confirm(introduction, actor=cast.desk, now=cast.now)
    front.approve(new.id, APPROVAL, frozen=frozen("once more"), actor=cast.desk, now=cast.now)
    assert "ask:first" in cast.deliver()
    assert [facts.recipient for facts in cast.sent if facts.kind == "ask"] == [RITA, RITA]


def test_it_may_be_sent_once_more_to_one_side_under_the_same_message_id(cast: Cast) -> None:
    introduction = cast.introduced()
    refused("side", lambda: front.send_again(introduction, "second", actor=cast.desk, now=cast.now))
    front.send_again(introduction, "target", actor=cast.desk, now=cast.now)
    assert cast.deliver().count("introduction:target") == 1
    sent = envelopes(cast, introduction)
    assert len(sent) == 3
    assert len({facts.message_id for facts in sent}) == 1


def test_a_bounce_of_the_introduction_is_told_to_cora_and_changes_nothing(cast: Cast) -> None:
    introduction = cast.introduced()
    letter = Letter.objects.get(introduction_id=introduction, kind="introduction", side="target")
    done = front.dsn(letter.pk, now=cast.now)
    assert done is not None
    assert (done.state, done.letters) == (State.INTRODUCED, ("trouble",))


@pytest.mark.parametrize("result", ["refused", "unknown"])
def test_an_envelope_that_did_not_arrive_is_told_to_cora(cast: Cast, result: str) -> None:
    introduction = cast.agreed()
    cast.now += timedelta(minutes=10)
    front.due(cast.now)
    cast.deliver(result, code=550)
    assert state_of(introduction) is State.INTRODUCED
    assert events(introduction).count("bounced") == 2
    assert "trouble:connector" in cast.deliver() or [f for f in cast.sent if f.kind == "trouble"]


@pytest.mark.parametrize(("side", "event"), [("requester", "requester_wrote"), ("target", "target_wrote")])
def test_a_first_line_that_was_seen_connects_them(cast: Cast, side: str, event: str) -> None:
    introduction = cast.introduced()
    assert front.wrote(introduction, side, now=cast.now).state is State.CONNECTED
    assert events(introduction)[-1] == event
    assert last_actor(introduction) == ("relay", "", "mail")


def test_two_who_met_may_be_introduced_once_more_for_a_new_wish(cast: Cast) -> None:
    introduction = cast.closed()
    refused("no_new_wish", lambda: front.introduce_again(introduction, {}, actor=cast.desk, now=cast.now))
    done = front.introduce_again(introduction, {"wish": "Her new model."}, actor=cast.desk, now=cast.now)
    assert done.state is State.AGREED
    assert page(cast, introduction).words["ask"] == "Her new model."
    cast.pass_time(timedelta(minutes=11))
    assert state_of(introduction) is State.INTRODUCED
    assert [facts.kind for facts in cast.sent].count("ask") == 1
    assert len(envelopes(cast, introduction)) == 4


@pytest.mark.case("A5")
def test_nobody_is_introduced_once_more_against_a_wish(cast: Cast) -> None:
    introduction = cast.closed()
    keys = people.keys_of(cast.tom.id)
    people.wish(cast.cora.community_id, keys, kind="never", scope="anyone", about="", introduction="", at=cast.now)
    refused(
        "no_new_wish",
        lambda: front.introduce_again(introduction, {"wish": "More."}, actor=cast.desk, now=cast.now),
    )


@pytest.mark.case("A27")
def test_only_who_writes_is_asked_what_became_of_it_and_at_most_twice(cast: Cast) -> None:
    introduction = cast.unreported()
    asked = [facts for facts in cast.sent if facts.kind == "what_happened"]
    assert [facts.recipient for facts in asked] == [RITA, RITA]
    assert state_of(introduction) is State.UNREPORTED
    cast.pass_time(timedelta(days=300))
    assert [facts.kind for facts in cast.sent].count("what_happened") == 2


# --- a code ---------------------------------------------------------------------------------------------------------


@pytest.mark.case("E7")
def test_a_login_code_goes_to_the_one_whose_account_it_is(cast: Cast, delegate: tuple[str, str]) -> None:
    with cast.time():
        front.login_code(people.login_alias(CORA), "123-456")
        front.login_code(people.login_alias(delegate[1]), "654-321")
        front.login_code(people.login_alias("nobody@nowhere.example"), "000-000")
    assert cast.deliver() == ["login_code:connector"] * 2
    assert {(facts.recipient, facts.code) for facts in cast.sent} == {(CORA, "123-456"), (delegate[1], "654-321")}
    assert not Letter.objects.filter(kind="login_code", introduction__isnull=False).exists()


# --- a delegate -----------------------------------------------------------------------------------------------------


def test_what_a_delegate_does_is_journaled_as_hers(cast: Cast, delegate: tuple[str, str]) -> None:
    dora = Actor(Role.DELEGATE, delegate[0], "web")
    introduction = cast.asking(approval={"channel": "by_hand"})
    front.by_hand(introduction, actor=dora, now=cast.now)
    assert last_actor(introduction) == ("delegate", delegate[0], "web")
    assert AskedPair.objects.filter(introduction=introduction).exists()
    front.note_answer(introduction, {"answer": "yes", "how": "At the fair"}, actor=dora, now=cast.now)
    assert last_actor(introduction) == ("delegate", delegate[0], "web")
    front.withdraw(introduction, actor=dora, now=cast.now)
    assert state_of(introduction) is State.WITHDRAWN
    line = page(cast, introduction).journal[-1]
    assert (line.event, line.actor) == ("withdraw", f"delegate:{delegate[0]}")
