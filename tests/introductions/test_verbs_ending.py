"""An erasure, a deleted account, a close: it ends at once, whatever it was, and nothing more is sent."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.introductions.checks import events, nothing_here, refused, state_of
from tests.support.cast import APPROVAL, REQUEST, RITA, TOM, Cast, frozen
from twoyes.care import front as care
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction, JournalEntry, Letter, Link
from twoyes.introductions.protocol import Actor, Role, State
from twoyes.lib import sealing
from twoyes.people import front as people

PROGRAM = Actor(Role.PROGRAM, "", "care")
STATES = (
    "unverified draft waiting returned talking declined lapsed asking asked refused silent deferred passed"
    " passed_on withdrawn undeliverable agreed introduced connected awaiting_outcome closed unreported"
).split()
OFFERS = ["offered", "offered_second", "recorded"]
SEALED = ("requester", "words", "approval", "answer_words", "consolation")


def erase(cast: Cast, who: str) -> list[str]:
    keys = people.keys_of(cast.rita.id if who == "rita" else cast.tom.id)
    touched = front.erase_person(cast.cora.community_id, keys, actor=PROGRAM, now=cast.now)
    people.forget_keys(cast.cora.community_id, keys, cast.now)
    return touched


def told(introduction: str) -> str:
    """Return all that can still be read about an introduction, unsealed."""
    row = Introduction.objects.get(pk=introduction)
    found = [sealing.get_json(row, column) for column in SEALED]
    for letter in Letter.objects.filter(introduction=row):
        found += [sealing.get_json(letter, column) for column in ("text", "extra")]
    found.append(list(JournalEntry.objects.filter(introduction=row).values_list("data", flat=True)))
    return json.dumps(found, default=str)


# --- erasure --------------------------------------------------------------------------------------------------------


@pytest.mark.case("A8", "E18")
@pytest.mark.parametrize("state", [*STATES, *OFFERS])
def test_an_erased_asker_is_gone_from_every_state(cast: Cast, state: str) -> None:
    introduction: str = getattr(cast, state)()
    cast.sent.clear()
    assert erase(cast, "rita") == [introduction]
    assert state_of(introduction) is State.ERASED
    assert not [text for text in (RITA, "Rita Holm", REQUEST["about_me"], REQUEST["ask"]) if text in told(introduction)]
    assert not Link.objects.filter(introduction_id=introduction, side__in=["requester", "first"]).exists()
    cast.pass_time(timedelta(days=90))
    assert not [facts for facts in cast.sent if facts.side != "connector"]
    assert erase(cast, "rita") == []


@pytest.mark.case("E18", "A30")
@pytest.mark.parametrize("state", ["asking", "asked", "refused", "silent", "deferred", "passed", "agreed"])
def test_an_erased_target_changes_nothing_that_rita_sees(cast: Cast, state: str) -> None:
    introduction: str = getattr(cast, state)()
    cast.deliver()
    cast.now += timedelta(minutes=1)
    page = cast.page(introduction, "requester")
    before = repr(front.requester_page(*page, cast.now))
    assert erase(cast, "tom") == [introduction]
    assert state_of(introduction) is State.ERASED
    assert repr(front.requester_page(*page, cast.now)) == before
    assert repr(front.requester_pages(cast.asker(introduction).id, cast.now)[0].view) in before
    assert TOM not in told(introduction)
    assert APPROVAL["vouch"] not in told(introduction)
    cast.sent.clear()
    cast.pass_time(timedelta(days=60))
    assert [facts.kind for facts in cast.sent if facts.side == "requester"] == ["not_this_time"]
    assert not [facts for facts in cast.sent if facts.recipient == TOM]


@pytest.mark.case("E18", "A30")
def test_the_letter_with_the_date_leads_to_ritas_page_although_tom_is_gone(cast: Cast) -> None:
    introduction = cast.asking()
    erase(cast, "tom")
    cast.deliver()
    token = next(facts.token for facts in cast.sent if facts.kind == "on_its_way")
    link = front.open_link("requester", token, cast.now)
    assert link is not None
    assert front.requester_page(link, token, cast.now).introduction == introduction


@pytest.mark.case("A8")
def test_tom_sees_that_it_has_ended_and_may_still_object(cast: Cast) -> None:
    introduction = cast.asked()
    erase(cast, "rita")
    page = front.target_page(*cast.page(introduction), cast.now)
    assert (page.ended, page.may, page.other_name, page.words) == ("ended", (), "", {})
    refused("not_now", lambda: cast.answer(introduction, "yes"))
    assert front.stop(cast.key(introduction, "ask", of="stop"), now=cast.now)


@pytest.mark.case("E18")
def test_both_may_be_erased_one_after_the_other(cast: Cast) -> None:
    introduction = cast.asked()
    assert erase(cast, "tom") == [introduction]
    assert RITA in told(introduction)
    assert erase(cast, "rita") == [introduction]
    assert RITA not in told(introduction)
    assert events(introduction)[-2:] == ["erase", "erase"]
    nothing_here(lambda: front.requester_page("x" * 12, "y", cast.now))


@pytest.mark.case("E18", "E19", "A2")
def test_whoever_was_erased_and_comes_back_in_a_book_cannot_be_asked(cast: Cast) -> None:
    cast.asked()
    erase(cast, "tom")
    assert AskedPair.objects.exists()
    again = people.add_card(cast.cora.id, name="Tom again", addresses=[TOM])
    cast.pass_time(timedelta(days=31))
    introduction = cast.waiting(email="rolf@asks.example", name="Rolf")
    words = {**APPROVAL, "target": again.id}
    done = front.approve(introduction, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    assert done.state is State.REFUSED
    cast.pass_time(timedelta(days=60))
    page = front.desk_page(cast.cora.id, introduction, cast.now)
    assert page is not None
    assert "erased" not in repr(page).replace("erased=False", "")
    assert [facts.recipient for facts in cast.sent if facts.kind == "ask"] == [TOM]


def test_an_erasure_concerns_nobody_else(cast: Cast) -> None:
    introduction = cast.asked()
    stranger = people.add_card(cast.cora.id, name="Nils", addresses=["nils@target.example"])
    keys = people.keys_of(stranger.id)
    assert front.erase_person(cast.cora.community_id, keys, actor=PROGRAM, now=cast.now) == []
    assert state_of(introduction) is State.ASKING


def test_somebody_without_an_address_is_erased_by_their_card(cast: Cast) -> None:
    nils = people.add_card(cast.cora.id, name="Nils Nowhere")
    introduction = cast.asking(approval={"channel": "by_hand", "target": nils.id})
    keys = front.keys_of_card(nils.id)
    assert front.erase_person(cast.cora.community_id, keys, actor=PROGRAM, now=cast.now) == [introduction]


# --- a deleted account ----------------------------------------------------------------------------------------------


@pytest.mark.case("A29", "A11")
@pytest.mark.parametrize("state", [*STATES, *OFFERS])
def test_a_deleted_account_closes_everything_and_each_who_waits_hears_once(cast: Cast, state: str) -> None:
    introduction: str = getattr(cast, state)()
    cast.deliver()
    finals = {"not_this_time", "declined", "lapsed", "passed_on"}
    before = [facts.kind for facts in cast.sent if facts.kind in finals]
    care.remove_connector("cora", now=cast.now)
    sent = len(cast.sent)
    cast.pass_time(timedelta(days=90))
    after = cast.sent[sent:]
    assert not [facts for facts in after if facts.kind in {"ask", "details", "introduction"}]
    assert not [facts for facts in after if facts.recipient == TOM]
    waits = state not in {"unverified", "draft", "withdrawn", "offered", "recorded"} and not before
    introduced = state in {"introduced", "connected", "awaiting_outcome", "closed", "unreported"}
    now = [facts.kind for facts in after if facts.kind in finals]
    assert len(now) == (1 if waits and not introduced else 0)
    assert state_of(introduction) is not State.ASKING


@pytest.mark.case("A29")
def test_tom_sees_no_more_than_that_it_has_ended(cast: Cast) -> None:
    introduction = cast.asked()
    front.close(introduction, "account_deleted", actor=PROGRAM, now=cast.now)
    page = front.target_page(*cast.page(introduction), cast.now)
    assert (page.ended, page.may) == ("no_longer_needed", ())
    refused("not_now", lambda: cast.answer(introduction, "yes"))


def test_a_reason_is_a_code(cast: Cast) -> None:
    introduction = cast.waiting()
    refused("reason", lambda: front.close(introduction, "Rita was rude", actor=cast.desk, now=cast.now))
    front.close(introduction, "moved", actor=cast.desk, now=cast.now)
    assert front.journal(introduction)[-1][0].data == {"reason": "moved"}
