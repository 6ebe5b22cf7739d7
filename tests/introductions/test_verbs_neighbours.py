"""What happens to one introduction, address or connector leaves every other as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.checks import events, refused, state_of
from tests.introductions.sending import blocked, claim, passed, stopped
from tests.support.cast import APPROVAL, REQUEST, Cast, frozen
from twoyes.introductions import front, links, pairs
from twoyes.introductions.models import AskedPair, Introduction, JournalEntry, Letter, Link, RequesterProof
from twoyes.introductions.protocol import Actor, Role, State, Terms, record
from twoyes.lib import addresses
from twoyes.lib.limits import VERIFY_LETTERS_PER_IP_AND_DAY
from twoyes.lib.models import Installation
from twoyes.people import front as people
from twoyes.people.models import Community
from twoyes.policy import front as policy

UMA = "uma@third.example"
PROGRAM = Actor(Role.PROGRAM, "", "test")


def asking_uma(cast: Cast, **approval: str) -> str:
    """Ursula asks Cora for Uma, and Cora approved: nobody of it has to do with Rita and Tom."""
    uma = people.add_card(cast.cora.id, name="Uma Third", addresses=[UMA])
    introduction = cast.waiting(email="ursula@fourth.example", name="Ursula Fourth", target="Uma Third")
    words = {**APPROVAL, "target": uma.id, **approval}
    front.approve(introduction, words, frozen=frozen("another ask"), actor=cast.desk, now=cast.now)
    return introduction


def letters(introduction: str) -> list[tuple[str, str]]:
    return sorted(Letter.objects.filter(introduction=introduction).values_list("kind", "state"))


def test_a_withdrawal_calls_back_no_letter_of_another_introduction(cast: Cast) -> None:
    mine = cast.waiting()
    other = asking_uma(cast)
    words = {**APPROVAL, "target": cast.tom.id}
    front.approve(mine, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    before = letters(other)
    front.withdraw(mine, actor=cast.desk, now=cast.now)
    assert letters(other) == before
    assert ("ask", "parked") in letters(mine)
    assert ("ask", "queued") in letters(other)


def test_a_refused_ask_gives_back_its_own_pair_and_slot_alone(cast: Cast) -> None:
    other = asking_uma(cast)
    cast.deliver()
    mine = cast.asking()
    cast.deliver("refused", code=550)
    assert set(AskedPair.objects.values_list("introduction", flat=True)) == {other}
    held = people.lock_subjects(cast.cora.community_id, [addresses.key(UMA)])
    assert [subject.slot for subject in held] == [other]
    assert state_of(mine) is State.UNDELIVERABLE


def test_a_request_counts_for_its_own_address_and_day_alone(cast: Cast) -> None:
    cast.unverified()
    cast.now += timedelta(days=1)
    cast.unverified(target="Uma Third")
    cast.unverified(email="ursula@fourth.example", name="Ursula Fourth")
    assert sorted(RequesterProof.objects.values_list("count", flat=True)) == [1, 1, 1]


def test_an_erasure_leaves_the_pages_letters_and_words_of_everybody_else(cast: Cast) -> None:
    other = asking_uma(cast)
    cast.deliver()
    mine = cast.asked()
    before = (letters(other), Link.objects.filter(introduction=other).count(), events(other))
    front.erase_person(cast.cora.community_id, people.keys_of(cast.tom.id), actor=PROGRAM, now=cast.now)
    assert (letters(other), Link.objects.filter(introduction=other).count(), events(other)) == before
    assert state_of(mine) is State.ERASED
    assert Link.objects.filter(introduction=mine, side="requester").exists()
    assert not Link.objects.filter(introduction=mine, side="target").exists()


def test_an_erasure_in_another_community_touches_nobody_here(cast: Cast) -> None:
    mine = cast.asked()
    elsewhere = Community.objects.create(name="Elsewhere")
    gone = front.erase_person(elsewhere.pk, people.keys_of(cast.tom.id), actor=PROGRAM, now=cast.now)
    assert gone == []
    assert state_of(mine) is State.ASKING


def test_an_erased_requester_gets_no_letter_that_was_still_waiting(cast: Cast) -> None:
    mine = cast.asking()
    waiting = Letter.objects.get(introduction=mine, kind="on_its_way")
    claimed = claim(cast, "on_its_way")
    front.erase_person(cast.cora.community_id, [addresses.key(REQUEST["email"])], actor=PROGRAM, now=cast.now)
    waiting.refresh_from_db()
    assert (claimed.letter, waiting.state, bytes(waiting.token)) == (waiting.pk, "dropped", b"")


def test_a_yes_to_one_offer_is_no_wish_against_the_other_side(cast: Cast) -> None:
    introduction = cast.offered_second()
    row = Introduction.objects.get(pk=introduction)
    assert pairs.other_keys(row, "first") == row.target_keys
    assert pairs.other_keys(row, "second") == row.asker_keys
    assert pairs.asked_keys(row, "first") == row.asker_keys


def test_the_spacing_of_the_first_side_counts_from_its_own_ask(cast: Cast) -> None:
    introduction = cast.offered_second()
    row = Introduction.objects.get(pk=introduction)
    terms = _terms(introduction)
    first = pairs.slot_for(_another(row), "first", cast.now, terms)
    assert first == cast.now - timedelta(minutes=11) + terms.spacing


def _another(row: Introduction) -> Introduction:
    """The same two people in an introduction that holds nothing."""
    return Introduction(
        id="another00001", community_id=row.community_id, asker_keys=row.asker_keys, target_keys=row.target_keys
    )


def _terms(introduction: str) -> Terms:
    return record.from_json(Introduction.objects.get(pk=introduction).snapshot).terms


def test_the_cap_counts_one_day_of_one_connector_and_waits_an_hour(cast: Cast) -> None:
    Installation.objects.update(daily_cap=1)
    asking_uma(cast)
    cast.deliver()
    mine = cast.asking()
    assert stopped(cast, claim(cast, "ask"), "cap") == "queued"
    assert Letter.objects.get(introduction=mine, kind="ask").due_at == cast.now + timedelta(hours=1)
    cast.now += timedelta(days=1, seconds=1)
    passed(cast, claim(cast, "ask"))


def test_an_ask_may_leave_until_its_last_instant_and_not_a_second_later(cast: Cast) -> None:
    mine = cast.asking()
    cast.now = Letter.objects.get(introduction=mine, kind="ask").not_after or cast.now
    passed(cast, claim(cast, "ask"))


def test_the_pages_of_an_ask_stay_open_a_month_past_its_deadline(cast: Cast) -> None:
    mine = cast.asking()
    cast.now += timedelta(days=2)
    cast.deliver()
    link = Link.objects.get(introduction=mine, purpose="target")
    assert link.expires_at >= cast.now + timedelta(days=10 + 30)


def test_what_became_of_an_introduction_letter_is_journalled_with_its_state(cast: Cast) -> None:
    mine = cast.agreed()
    cast.now += timedelta(minutes=10)
    front.due(cast.now)
    first = claim(cast, "introduction")
    passed(cast, first)
    front.settle(first, "refused", code=550, reply="no such user", now=cast.now)
    entry = JournalEntry.objects.filter(introduction=mine, event="bounced").get()
    assert entry.data == {"side": first.side, "code": 550, "letter_state": "failed"}


def test_the_last_departure_is_the_last_that_passed(cast: Cast) -> None:
    assert front.last_departure() is None
    cast.asking()
    left = cast.now
    cast.deliver()
    cast.now += timedelta(minutes=5)
    assert front.last_departure() == left


def test_a_never_of_the_first_side_is_noted_for_the_first_side(cast: Cast) -> None:
    introduction = cast.offered_second()
    cast.answer(introduction, "never", side="first", scope="this_person")
    row = Introduction.objects.get(pk=introduction)
    found = people.forbidding(
        row.community_id, row.asker_keys, requester_keys=row.target_keys, connector_id=row.connector_id
    )
    assert found == "never"


def test_an_objection_opens_by_its_own_token_alone(cast: Cast) -> None:
    mine = cast.asked()
    token = cast.key(mine, "ask", of="stop")
    assert front.open_link("stop", token, cast.now) is not None
    assert front.open_link("target", token, cast.now) is None
    assert front.stop(token, now=cast.now)
    assert events(mine)[-1] == "never"


def test_the_first_line_is_noted_for_the_side_that_wrote_it(cast: Cast) -> None:
    mine = cast.introduced()
    front.wrote(mine, "target", now=cast.now)
    front.wrote(mine, "requester", now=cast.now)
    assert events(mine)[-2:] == ["target_wrote", "requester_wrote"]


def test_whoever_writes_first_in_an_offer_takes_on_the_follow_up(cast: Cast) -> None:
    first = Introduction.objects.get(pk=cast.offered())
    assert links.asker_key(first) == first.asker_keys[0]
    first.writer = "second"
    assert links.asker_key(first) == first.target_keys[0]


def test_a_page_stays_open_a_month_past_a_long_deadline_too(cast: Cast) -> None:
    policy.set_house_rules(cast.cora.id, ask_days=28)
    mine = cast.asking()
    cast.now += timedelta(days=1)
    cast.deliver()
    assert Link.objects.get(introduction=mine, purpose="target").expires_at == cast.now + timedelta(days=28 + 30)


def test_an_introduction_that_is_late_for_its_date_does_not_leave(cast: Cast) -> None:
    mine = cast.agreed()
    cast.now += timedelta(minutes=10)
    front.due(cast.now)
    claimed = claim(cast, "introduction")
    cast.now += timedelta(days=60)
    assert blocked(cast, claimed).cause == "state"
    assert state_of(mine) is State.AGREED


def test_a_proof_in_one_community_proves_nothing_in_another(cast: Cast) -> None:
    here, there = cast.unverified(), cast.unverified(target="Uma Third")
    elsewhere = Community.objects.create(name="Elsewhere")
    Introduction.objects.filter(pk=there).update(community_id=elsewhere.pk)
    token = cast.key(here, "verify")
    front.verify(front.open_link("verify", token, cast.now) or "", token, now=cast.now)
    assert (state_of(here), state_of(there)) == (State.WAITING, State.UNVERIFIED)


def test_an_outcome_from_a_page_that_is_behind_is_not_taken(cast: Cast) -> None:
    mine = cast.awaiting_outcome()
    refused("stale", lambda: front.report_outcome(mine, "met", "", actor=cast.asker(mine), now=cast.now, seen=99))


def test_house_rules_of_the_connector_hold_for_a_request(cast: Cast) -> None:
    policy.set_house_rules(cast.cora.id, remind_days=3, lapse_days=20)
    mine = cast.waiting()
    assert front.next_due(cast.now) is not None
    terms = _terms(mine)
    assert (terms.remind_after, terms.lapse_after) == (timedelta(days=3), timedelta(days=20))


def test_one_network_may_send_so_many_requests_a_day_and_a_repeat_counts(cast: Cast) -> None:
    def ask() -> object:
        return front.request(cast.cora.id, REQUEST, now=cast.now, door="test", network="net")

    for _ in range(VERIFY_LETTERS_PER_IP_AND_DAY):
        ask()
    refused("too_many", ask)


def test_no_claimed_letter_to_an_erased_requester_goes_back_to_the_queue(cast: Cast) -> None:
    mine = cast.unverified()
    claimed = claim(cast, "verify")
    front.erase_person(cast.cora.community_id, [addresses.key(REQUEST["email"])], actor=PROGRAM, now=cast.now)
    assert Letter.objects.get(pk=claimed.letter).state == "dropped"
    assert state_of(mine) is State.ERASED


def test_details_for_somebody_without_an_address_are_refused_beside_the_field(cast: Cast) -> None:
    bare = people.add_card(cast.cora.id, name="Tom Target", addresses=[])
    mine = cast.waiting()
    with pytest.raises(front.BadFields) as bad:
        front.pass_on(mine, {"target": bare.id}, frozen=frozen("details"), actor=cast.desk, now=cast.now)
    assert {field: code for field, (code, _sentence) in bad.value.errors.items()} == {"target": "no_address"}
    assert state_of(mine) is State.WAITING


def test_a_later_with_a_day_that_is_none_is_refused_beside_the_field(cast: Cast) -> None:
    mine = cast.asked()
    words = {"answer": "later", "how": "On the phone.", "until": "next spring"}
    with pytest.raises(front.BadFields) as bad:
        front.note_answer(mine, words, actor=cast.desk, now=cast.now)
    assert list(bad.value.errors) == ["until"]
    assert state_of(mine) is State.ASKING
