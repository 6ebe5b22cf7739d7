"""From the first word to the connector's decision: proof, return, talk, reminders, decline, lapse."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.states import MAKE, draft, unverified
from tests.introductions.world import DESK, HOLDER, PROGRAM, REQUESTER, World, approved, kinds_to, open_request
from twoyes.introductions.protocol import Event, Introduction, Role, State, Terms, advance, requester_view
from twoyes.introductions.protocol.snapshot import Actor
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def test_a_request_waits_for_the_proof_of_its_address_and_is_forgotten_after_48_hours() -> None:
    world = World()
    chapter = unverified(world)
    assert kinds_to(chapter, "requester") == ["verify"]
    world.wait(2 * DAY - timedelta(seconds=1))
    assert chapter.state == State.UNVERIFIED
    world.wait(timedelta(seconds=1))
    assert chapter.state == State.DISCARDED
    assert requester_view(chapter.snapshot.face, world.now).open is False


def test_a_browser_that_proved_the_address_gets_no_new_verify_letter() -> None:
    world = World()
    chapter = world.open("requested", "rita", "tom", REQUESTER, proved=True)
    assert chapter.letters == []
    world.do(chapter, "verified", REQUESTER)
    assert chapter.state == State.WAITING


@pytest.mark.parametrize(("make", "proof"), [(unverified, "verified"), (draft, "claimed")])
def test_words_with_a_blocker_go_back_to_the_requester_before_the_connector_sees_them(make, proof) -> None:  # type: ignore[no-untyped-def]
    world = World()
    chapter = make(world)
    world.do(chapter, proof, REQUESTER, blockers=True)
    assert chapter.state == State.RETURNED
    assert kinds_to(chapter, "requester")[-1] == "returned"
    assert kinds_to(chapter, "connector") == []


@pytest.mark.parametrize(("make", "proof"), [(unverified, "verified"), (draft, "claimed")])
def test_proved_words_without_a_blocker_wait_on_the_desk(make, proof) -> None:  # type: ignore[no-untyped-def]
    world = World()
    chapter = make(world)
    world.do(chapter, proof, REQUESTER)
    assert chapter.state == State.WAITING
    assert kinds_to(chapter, "requester") == ["verify", "received"]
    assert kinds_to(chapter, "connector") == ["new_request"]
    assert requester_view(chapter.snapshot.face, world.now).acts == ("withdraw",)


def test_a_draft_without_an_address_writes_to_nobody_and_ends_after_30_days() -> None:
    world = World()
    chapter = world.open("drafted", "", "tom", DESK)
    world.wait(30 * DAY)
    assert chapter.state == State.DISCARDED
    assert chapter.letters == []


@pytest.mark.parametrize(("act", "state"), [("decline", State.DECLINED), ("return", State.DRAFT)])
def test_a_draft_is_declined_or_returned_as_copied_words_without_a_letter(act: str, state: State) -> None:
    world = World()
    chapter = draft(world)
    world.do(chapter, act, DESK)
    assert chapter.state == state
    assert kinds_to(chapter, "requester") == ["verify"]
    assert requester_view(chapter.snapshot.face, world.now).open is (state is State.DRAFT)


def test_a_returned_request_comes_back_improved_or_stays_until_it_is() -> None:
    world = World()
    chapter = MAKE[State.RETURNED](world)
    world.do(chapter, "revise", REQUESTER, blockers=True)
    assert chapter.state == State.RETURNED
    world.wait(29 * DAY)
    world.do(chapter, "revise", REQUESTER)
    assert chapter.state == State.WAITING
    assert kinds_to(chapter, "connector") == ["new_request", "new_request"]


@pytest.mark.parametrize(
    ("state", "days", "reminds"), [(State.WAITING, 14, 5), (State.TALKING, 21, 7), (State.RETURNED, 30, None)]
)
def test_what_nobody_decides_lapses_with_one_reminder_and_a_kind_word(
    state: State, days: int, reminds: int | None
) -> None:
    world = World()
    chapter = MAKE[state](world)
    digests: list[int] = []
    for day in range(1, days + 1):
        world.wait(DAY)
        if kinds_to(chapter, "connector").count("digest") > len(digests):
            digests.append(day)
    assert digests == ([reminds] if reminds else [])
    assert chapter.state == State.LAPSED
    assert kinds_to(chapter, "requester")[-1] == "lapsed"
    assert requester_view(chapter.snapshot.face, world.now).stage == "lapsed"


@pytest.mark.parametrize("state", [State.WAITING, State.TALKING])
def test_a_decline_before_an_approval_is_told_at_once(state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    world.do(chapter, "decline", DESK)
    assert kinds_to(chapter, "requester")[-1] == "declined"
    assert requester_view(chapter.snapshot.face, world.now).stage == "declined"


def test_a_talk_comes_first_and_then_the_desk_again_with_its_clock_anew() -> None:
    world = World()
    chapter = MAKE[State.TALKING](world)
    assert kinds_to(chapter, "requester")[-1] == "talk_first"
    world.wait(20 * DAY)
    world.do(chapter, "talked", DESK)
    world.wait(13 * DAY)
    assert chapter.state == State.WAITING


@pytest.mark.parametrize("state", [State.WAITING, State.TALKING, State.RETURNED])
def test_the_requester_may_withdraw_before_a_decision_and_hears_nothing_more(state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    letters = kinds_to(chapter, "requester")
    world.do(chapter, "withdraw", REQUESTER)
    world.wait(90 * DAY)
    assert chapter.state == State.WITHDRAWN
    assert kinds_to(chapter, "requester") == letters
    assert requester_view(chapter.snapshot.face, world.now).stage == "withdrawn"


@pytest.mark.case("A14")
@pytest.mark.parametrize("act", ["approve", "pass_on"])
def test_nobody_is_introduced_to_themselves(act: str) -> None:
    world = World()
    chapter = open_request(world)
    with pytest.raises(Refused, match="same person"):
        world.do(chapter, act, DESK, same_person=True, draw=7200.0)
    with pytest.raises(Refused, match="same person"):
        world.open("offered", "tom", "tom", DESK)


@pytest.mark.parametrize("act", ["return", "talk", "pass_on"])
def test_after_an_approval_the_promised_date_stands_so_only_a_new_approval_or_a_decline_is_left(act: str) -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", Actor(Role.RELAY), cause="text")
    assert chapter.state == State.WAITING
    with pytest.raises(Refused) as refused:
        world.do(chapter, act, DESK)
    assert refused.value.code == "approved_already"


def test_an_override_is_journalled_and_changes_nothing() -> None:
    world = World()
    chapter = open_request(world)
    before = chapter.snapshot
    world.do(chapter, "override", DESK, codes="too_new")
    assert chapter.snapshot == before.changed(seq=before.seq + 1)


def test_a_connectors_own_terms_set_the_reminder_and_the_end() -> None:
    now = World().now
    terms = Terms(remind_after=2 * DAY, lapse_after=9 * DAY)
    actor = Actor(Role.REQUESTER, "rita")
    i = advance(Introduction(), Event("requested", actor, terms=terms), now).introduction
    i = advance(i, Event("verified", actor), now).introduction
    assert {timer.name: timer.at - now for timer in i.timers} == {"remind": 2 * DAY, "lapse": 9 * DAY}


@pytest.mark.case("A13")
def test_a_target_has_no_page_acts_that_belong_to_the_requester() -> None:
    world = World()
    chapter = approved(world)
    for kind in ("withdraw", "confirm"):
        with pytest.raises(Refused) as refused:
            world.do(chapter, kind, HOLDER)
        assert refused.value.code == "not_yours"


@pytest.mark.parametrize("state", [State.DRAFT, State.UNVERIFIED])
@pytest.mark.parametrize(("kind", "data"), [("close", {"reason": "operator"}), ("erase", {"who": "target"})])
def test_words_without_a_proof_end_without_a_letter(state: State, kind: str, data: dict[str, str]) -> None:
    world = World()
    chapter = MAKE[state](world)
    world.do(chapter, kind, PROGRAM, **data)
    world.wait(40 * DAY)
    assert kinds_to(chapter, "requester") == ["verify"]
    assert not requester_view(chapter.snapshot.face, world.now).open
