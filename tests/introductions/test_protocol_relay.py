"""What the relay says about an ask, before and after an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.states import MAKE
from tests.introductions.world import DESK, HOLDER, RELAY, World, approved, asked, kinds_to
from twoyes.introductions.protocol import Act, State
from twoyes.lib.errors import Refused

DAY = timedelta(days=1)


def test_the_ask_is_due_at_once_and_worthless_after_72_hours() -> None:
    world = World()
    (ask,) = [one for one in approved(world).letters if one.kind == "ask"]
    assert (ask.to, ask.due, ask.not_after) == ("target", world.now, world.now + 3 * DAY)


@pytest.mark.case("A4")
@pytest.mark.parametrize("result", ["sent", "unknown"])
def test_silence_until_the_deadline_is_a_no_and_nobody_is_reminded(result: str) -> None:
    world = World()
    chapter = asked(world, result=result)
    world.wait(10 * DAY - timedelta(seconds=1))
    assert chapter.state == State.ASKING
    world.wait(timedelta(seconds=1))
    assert chapter.state == State.REFUSED
    assert kinds_to(chapter, "target") == ["ask"]


@pytest.mark.case("A23")
def test_an_unknown_hand_over_is_told_to_the_connector_and_never_repeated() -> None:
    world = World()
    chapter = asked(world, result="unknown")
    assert kinds_to(chapter, "connector")[-1] == "trouble"
    world.do(chapter, "sent", RELAY)
    assert kinds_to(chapter, "connector").count("trouble") == 1
    world.wait(9 * DAY)
    world.do(chapter, "yes", HOLDER)
    assert chapter.state == State.AGREED
    assert [one.kind for one in chapter.letters if one.to == "target"] == ["ask"]


@pytest.mark.case("A23")
def test_an_unknown_hand_over_that_turns_out_refused_ends_the_ask() -> None:
    world = World()
    chapter = asked(world, result="unknown")
    world.do(chapter, "failed", RELAY)
    assert chapter.state == State.UNDELIVERABLE


@pytest.mark.case("A22")
def test_a_refusal_in_our_own_session_gives_the_pair_back() -> None:
    world = World()
    chapter = approved(world)
    acts = world.do(chapter, "failed", RELAY).acts
    assert Act.RELEASE_PAIR in acts
    assert chapter.state == State.UNDELIVERABLE
    assert kinds_to(chapter, "connector")[-1] == "trouble"


@pytest.mark.case("A22")
def test_a_bounce_after_the_hand_over_ends_the_ask_and_keeps_the_pair() -> None:
    world = World()
    chapter = asked(world)
    acts = world.do(chapter, "dsn", RELAY).acts
    assert Act.RELEASE_PAIR not in acts
    assert chapter.state == State.UNDELIVERABLE
    assert frozenset(("rita", "tom")) in world.pairs


@pytest.mark.parametrize("kind", ["failed", "dsn", "blocked", "sent", "unknown"])
@pytest.mark.parametrize("answer", ["yes", "no", "never", "later", "their_details", "not_me"])
def test_after_an_answer_the_relays_word_is_only_noted(kind: str, answer: str) -> None:
    world = World()
    chapter = asked(world)
    world.do(chapter, answer, HOLDER, until=(world.now + 40 * DAY).isoformat())
    before, letters = chapter.snapshot, list(chapter.letters)
    advanced = world.do(chapter, kind, RELAY, letter="ask", side="target", cause="wish")
    assert chapter.snapshot == before.changed(seq=before.seq + 1)
    assert (advanced.letters, advanced.acts) == ((), ())
    assert chapter.letters == letters


@pytest.mark.parametrize("state", [state for state in MAKE if state is not State.ASKING])
@pytest.mark.parametrize("kind", ["failed", "dsn", "sent", "unknown", "blocked"])
def test_no_word_about_an_ask_moves_anything_but_an_open_ask(kind: str, state: State) -> None:
    world = World()
    chapter = MAKE[state](world)
    advanced = world.do(chapter, kind, RELAY, letter="ask", side="target", cause="pair")
    assert chapter.state == state
    assert advanced.letters == ()


def test_a_press_that_is_faster_than_the_relays_word_starts_the_deadline_itself() -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "no", HOLDER)
    assert chapter.snapshot.answer_until == world.now + 10 * DAY
    assert chapter.snapshot.asked == ("target",)
    world.wait(DAY)
    world.do(chapter, "yes", HOLDER)
    assert chapter.state == State.AGREED


def test_the_relays_word_about_another_letter_says_nothing_about_the_ask() -> None:
    world = World()
    chapter = approved(world)
    for kind in ("sent", "failed"):
        world.do(chapter, kind, RELAY, letter="details")
    assert chapter.state == State.ASKING
    assert chapter.snapshot.asked == ()


# --- blocked at the point of no return ----------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["wish", "pair", "erased", "suppressed"])
def test_what_forbids_the_ask_ends_it_and_no_yes_opens_it_again(cause: str) -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", RELAY, cause=cause)
    assert chapter.state == State.REFUSED
    assert frozenset(("rita", "tom")) not in world.pairs
    for press in ("yes", "later", "no"):
        with pytest.raises(Refused):
            world.do(chapter, press, HOLDER, until=(world.now + 2 * DAY).isoformat())


@pytest.mark.parametrize("cause", ["text", "approval", "authority"])
def test_what_a_person_must_look_at_again_goes_back_to_the_desk(cause: str) -> None:
    world = World()
    chapter = approved(world)
    advanced = world.do(chapter, "blocked", RELAY, cause=cause)
    assert chapter.state == State.WAITING
    assert advanced.acts == (Act.PARK_ASK,)
    assert kinds_to(chapter, "connector")[-1] == "trouble"


@pytest.mark.parametrize(
    ("days", "state"), [(1.0, State.ASKING), (13.9, State.ASKING), (14.0, State.REFUSED), (30.0, State.REFUSED)]
)
def test_a_slot_within_two_weeks_moves_the_ask_and_a_later_one_ends_it(days: float, state: State) -> None:
    world = World()
    chapter = approved(world)
    slot = world.now + days * DAY
    world.do(chapter, "blocked", RELAY, cause="spacing", slot=slot.isoformat())
    assert chapter.state == state
    asks = [(one.due, one.not_after, one.state) for one in chapter.letters if one.kind == "ask"]
    if state is State.ASKING:
        assert asks[1] == (slot, min(slot + 3 * DAY, world.now + 14 * DAY), "queued")
    assert asks[0][2] == "dropped"


def test_a_slot_in_closed_weeks_waits_for_their_end() -> None:
    world = World()
    chapter = approved(world)
    weeks = ((world.now + 5 * DAY, world.now + 9 * DAY),)
    chapter.snapshot = chapter.snapshot.changed(terms=type(chapter.snapshot.terms)(closed=weeks))
    world.do(chapter, "blocked", RELAY, cause="spacing", slot=(world.now + 4 * DAY).isoformat())
    assert chapter.letters[-1].due == world.now + 9 * DAY


def test_a_late_block_of_an_ask_that_is_out_changes_nothing() -> None:
    world = World()
    chapter = asked(world)
    for cause in ("text", "wish", "spacing", "not_after"):
        world.do(chapter, "blocked", RELAY, cause=cause, slot=(world.now + DAY).isoformat())
    assert chapter.state == State.ASKING
    assert kinds_to(chapter, "target") == ["ask"]


# --- it could not leave -------------------------------------------------------------------------------------


def test_an_ask_that_could_not_leave_in_time_is_undeliverable_once_the_relay_had_its_say() -> None:
    world = World()
    chapter = approved(world)
    world.wait(3 * DAY + timedelta(minutes=59))
    assert chapter.state == State.ASKING
    world.wait(timedelta(minutes=1))
    assert chapter.state == State.UNDELIVERABLE
    assert frozenset(("rita", "tom")) not in world.pairs


def test_the_mail_room_may_say_at_once_that_it_is_too_late() -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", RELAY, cause="not_after")
    assert chapter.state == State.UNDELIVERABLE


def test_an_ask_that_moved_has_its_time_from_its_new_slot() -> None:
    world = World()
    chapter = approved(world)
    world.do(chapter, "blocked", RELAY, cause="spacing", slot=(world.now + 5 * DAY).isoformat())
    world.wait(8 * DAY)
    assert chapter.state == State.ASKING
    world.wait(timedelta(hours=1))
    assert chapter.state == State.UNDELIVERABLE


# --- by hand ------------------------------------------------------------------------------------------------


def test_an_ask_by_hand_is_no_letter_and_copying_it_takes_pair_and_slot() -> None:
    world = World()
    chapter = approved(world, channel="by_hand")
    assert kinds_to(chapter, "target") == []
    world.wait(13 * DAY)
    advanced = world.do(chapter, "by_hand", DESK)
    assert advanced.acts == (Act.TAKE_PAIR, Act.TAKE_SLOT)
    world.wait(10 * DAY)
    assert chapter.state == State.REFUSED


def test_an_ask_by_hand_is_given_out_once_and_only_where_that_was_approved() -> None:
    world = World()
    for chapter in (asked(world, channel="by_hand"), approved(World())):
        with pytest.raises(Refused) as refused:
            world.do(chapter, "by_hand", DESK)
        assert refused.value.code == "not_by_hand"


def test_an_ask_by_hand_that_is_never_given_out_ends_after_two_weeks() -> None:
    world = World()
    chapter = approved(world, channel="by_hand")
    world.wait(14 * DAY)
    assert chapter.state == State.UNDELIVERABLE


def test_closed_weeks_hold_for_asks_by_hand_too() -> None:
    world = World()
    chapter = approved(world, channel="by_hand")
    chapter.snapshot = chapter.snapshot.changed(leaves_at=world.now + DAY)
    with pytest.raises(Refused) as refused:
        world.do(chapter, "by_hand", DESK)
    assert refused.value.code == "not_yet"
