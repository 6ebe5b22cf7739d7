"""Who is locked when a letter leaves, and what becomes of one that does not (B3, B12, B13)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.introductions.checks import events, state_of
from tests.introductions.sending import blocked, claim, passed, stopped
from tests.support.cast import OFFER, TOM, Cast, frozen
from twoyes.introductions import engine, front, mailing, pairs
from twoyes.introductions.models import AskedPair, Introduction, JournalEntry, Letter, SendAttempt
from twoyes.introductions.protocol import LetterDue, State
from twoyes.lib import chance, limits, store
from twoyes.lib.models import Installation
from twoyes.people import front as people

pytestmark = pytest.mark.both

NEW = "tom@new.example"


# --- what stops it --------------------------------------------------------------------------------------------------


@pytest.mark.case("A12")
def test_a_first_side_that_wants_no_letters_is_not_asked_by_an_offer_that_is_due(cast: Cast) -> None:
    made = offered_and_due(cast)
    wish_never(cast, cast.rita.id)
    assert stopped(cast, claim(cast, "ask"), "wish") == "parked"
    assert state_of(made) is State.REFUSED


@pytest.mark.case("A12")
def test_what_the_second_side_of_an_offer_wants_stops_nothing_before_its_turn_at_the_first(cast: Cast) -> None:
    """Whether somebody who was not asked yet wants no letters is for their own ask to find."""
    made = offered_and_due(cast)
    people.wish(
        cast.cora.community_id,
        people.keys_of(cast.tom.id),
        kind="never",
        scope="this_connector",
        about=cast.cora.id,
        introduction="",
        at=cast.now,
    )
    passed(cast, claim(cast, "ask"))
    assert state_of(made) is State.ASKING


@pytest.mark.case("B4")
@pytest.mark.parametrize("marked", ["first", "second"])
def test_a_mark_on_the_card_of_whoever_is_asked_stops_the_ask_and_one_on_the_other_card_does_not(
    cast: Cast, marked: str
) -> None:
    offered_and_due(cast)
    claimed = claim(cast, "ask", "first")
    card = cast.rita if marked == "first" else cast.tom
    people.set_mark(cast.cora.id, card.id, "do_not_ask", on=True, now=cast.now)
    if marked == "first":
        assert stopped(cast, claimed, "wish") == "parked"
    else:
        passed(cast, claimed)


def offered_and_due(cast: Cast) -> str:
    """An offer whose ask to Rita may leave now."""
    cards = {"first": cast.rita.id, "second": cast.tom.id}
    texts = frozen("the offer to Rita"), frozen("the offer to Tom")
    return front.offer(cast.cora.id, {**OFFER, **cards}, frozen=texts, actor=cast.desk, now=cast.now).id


def wish_never(cast: Cast, card: str) -> None:
    keys = people.keys_of(card)
    people.wish(cast.cora.community_id, keys, kind="never", scope="anyone", about="", introduction="", at=cast.now)


def test_the_cap_of_a_day_stops_the_ask_that_would_be_one_too_many(cast: Cast) -> None:
    cast.asking()
    Installation.objects.update(daily_cap=0)
    assert stopped(cast, claim(cast, "ask"), "cap") == "queued"


def test_the_cap_counts_the_asks_of_a_day_and_no_other_letters(cast: Cast) -> None:
    cast.waiting()
    Installation.objects.update(daily_cap=1)
    assert Letter.objects.filter(state="sent").count() >= 1
    cast.asking(target="Tom, please")
    passed(cast, claim(cast, "ask"))


# --- what becomes of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "state", "wait"),
    [
        ("address", "queued", timedelta()),
        ("kill_switch", "queued", limits.BACKOFF_FIRST),
        ("cap", "queued", timedelta(hours=1)),
        ("database", "queued", limits.BACKOFF_FIRST),
        ("generation", "held", timedelta()),
        ("state", "parked", timedelta()),
    ],
)
def test_an_ask_that_may_leave_later_waits_as_long_as_its_cause_asks_for(
    cast: Cast, cause: str, state: str, wait: timedelta
) -> None:
    made = cast.asking()
    claimed = claim(cast, "ask")
    before = events(made)
    cast.now += timedelta(minutes=1)
    assert front.stand_back(claimed, front.Blocked(cause), cast.now) == state
    letter = Letter.objects.get(pk=claimed.letter)
    assert (letter.state, letter.due_at, letter.at) == (state, cast.now + wait, cast.now)
    assert letter.reply == f"blocked: {cause}"
    assert events(made) == before


def test_an_introduction_that_the_state_forbids_is_not_wanted_any_more(cast: Cast) -> None:
    made = cast.agreed()
    cast.now += limits.HOLD
    front.due(cast.now)
    claimed = claim(cast, "introduction")
    assert front.stand_back(claimed, front.Blocked("state"), cast.now) == "dropped"
    assert Letter.objects.get(pk=claimed.letter).state == "dropped"
    assert state_of(made) is State.AGREED


@pytest.mark.case("B12", "A12")
def test_an_introduction_against_a_wish_ends_it_and_the_journal_says_why(cast: Cast) -> None:
    made = cast.agreed()
    cast.now += limits.HOLD
    front.due(cast.now)
    claimed = claim(cast, "introduction")
    wish_never(cast, cast.tom.id)
    assert stopped(cast, claimed, "wish") == "dropped"
    entry = JournalEntry.objects.filter(introduction=made).latest("seq")
    assert (entry.event, entry.role, entry.door) == ("blocked", "relay", "relay")
    assert entry.data == {"cause": "wish", "side": claimed.side, "letter": "introduction"}
    assert Letter.objects.get(pk=claimed.letter).reply == "blocked: wish"


def test_a_slot_that_stops_an_ask_is_journalled_with_its_day(cast: Cast) -> None:
    made = cast.asking()
    claimed = claim(cast, "ask")
    slot = cast.now + timedelta(days=3)
    assert front.stand_back(claimed, front.Blocked("spacing", slot), cast.now) == "queued"
    entry = JournalEntry.objects.filter(introduction=made).latest("seq")
    assert entry.data == {"cause": "spacing", "side": "target", "letter": "ask", "slot": slot.isoformat()}
    assert Letter.objects.get(pk=claimed.letter).due_at == slot


@pytest.mark.case("B3")
@pytest.mark.parametrize("cause", ["address", "wish", "lost"])
def test_a_claim_that_is_somebody_elses_by_now_is_left_alone(cast: Cast, cause: str) -> None:
    made = cast.asking()
    mine = claim(cast, "ask")
    cast.now += limits.CLAIM_AGE + timedelta(seconds=1)
    front.reap(cast.now)
    theirs = claim(cast, "ask")
    before = Letter.objects.values().get(pk=mine.letter)
    assert front.stand_back(mine, front.Blocked(cause), cast.now) == "claimed"
    assert Letter.objects.values().get(pk=mine.letter) == before
    passed(cast, theirs)
    assert front.stand_back(theirs, front.Blocked(cause), cast.now) == "xmit"
    assert state_of(made) is State.ASKING


@pytest.mark.case("B3")
@pytest.mark.parametrize(("state", "epoch"), [("queued", 1), ("claimed", 2), ("xmit", 1)])
def test_a_claim_that_is_lost_while_we_wait_for_the_introduction_changes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, state: str, epoch: int
) -> None:
    """The reaper gives it to somebody else between our look at the letter and the lock."""
    made = cast.asking()
    claimed = claim(cast, "ask")
    before, changing = events(made), engine.changing

    @contextmanager
    def slowly(*given: Any, **more: Any) -> Any:
        Letter.objects.filter(pk=claimed.letter).update(state=state, epoch=epoch)
        with changing(*given, **more) as work:
            yield work

    with monkeypatch.context() as patch:
        patch.setattr(engine, "changing", slowly)
        assert front.stand_back(claimed, front.Blocked("wish"), cast.now) == state
    assert events(made) == before
    assert Letter.objects.get(pk=claimed.letter).state == state


@pytest.mark.case("F1")
def test_what_a_restored_store_would_send_is_held_as_it_is_about_to_leave(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    store.bump_generation()
    assert stopped(cast, claimed, "generation") == "held"
    assert not AskedPair.objects.exists()


# --- what is written down -------------------------------------------------------------------------------------------


def asked_before(cast: Cast, *, ago: timedelta, kind: str = "ask") -> None:
    """Another letter of Cora's passed its point of no return so long ago."""
    due = LetterDue(kind, "target", cast.now)
    letter = mailing.write(Introduction.objects.get(pk=cast.waiting(target="Uma")), due, "target", now=cast.now)
    Letter.objects.filter(pk=letter.pk).update(state="parked")
    SendAttempt.objects.create(letter=letter, epoch=1, phase="xmit", at=cast.now - ago)


@pytest.mark.parametrize(
    ("kind", "ago", "stops"),
    [
        ("ask", timedelta(hours=23), True),
        ("details", timedelta(minutes=1), True),
        ("ask", timedelta(hours=25), False),
        ("on_its_way", timedelta(minutes=1), False),
    ],
)
def test_the_cap_counts_what_was_asked_within_a_day_of_now(
    cast: Cast, kind: str, ago: timedelta, *, stops: bool
) -> None:
    asked_before(cast, ago=ago, kind=kind)
    cast.asking()
    Installation.objects.update(daily_cap=1)
    claimed = claim(cast, "ask")
    if stops:
        assert blocked(cast, claimed).cause == "cap"
    else:
        passed(cast, claimed)


@pytest.mark.case("A20")
def test_a_card_that_an_ask_was_moved_to_counts_by_itself_too(cast: Cast) -> None:
    """After a split the ask goes with the new card, which it knows by the addresses alone."""
    made = cast.asking()
    row = Introduction.objects.get(pk=made)
    bare = pairs.key_of_bare_card(cast.tom.id)
    Introduction.objects.filter(pk=made).update(target_keys=[key for key in row.target_keys if key != bare])
    passed(cast, claim(cast, "ask"))
    row.refresh_from_db()
    assert bare in row.target_keys
    assert people.subject(cast.cora.community_id, bare) is not None


@pytest.mark.parametrize(("luck", "minutes"), [(min, 4), (max, 6)])
def test_a_letter_that_was_put_off_waits_five_minutes_give_or_take_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, luck: Callable[[float, float], float], minutes: int
) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    with monkeypatch.context() as patch:
        patch.setattr(chance, "uniform", luck)
        front.settle(claimed, "temporary", code=451, now=cast.now)
    assert Letter.objects.get(pk=claimed.letter).due_at == cast.now + timedelta(minutes=minutes)


def test_of_a_relays_long_reply_its_beginning_is_kept(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    passed(cast, claimed)
    front.settle(claimed, "unknown", reply="x" * 300, now=cast.now)
    attempt = SendAttempt.objects.get(letter=claimed.letter, phase="unknown")
    assert attempt.reply == Letter.objects.get(pk=claimed.letter).reply == "x" * 200
    assert (attempt.epoch, attempt.at, attempt.code) == (claimed.epoch, cast.now, 0)


def test_the_pace_counts_from_when_a_letter_left_and_not_from_what_the_relay_said(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    passed(cast, claimed)
    left = cast.now
    front.settle(claimed, "sent", code=250, now=cast.now + timedelta(minutes=1))
    assert front.last_departure() == left


@pytest.mark.case("F1")
def test_a_letter_that_was_held_in_this_generation_is_not_let_go_by_the_last_ones_release(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    Letter.objects.filter(pk=claimed.letter).update(state="held")
    assert front.release([claimed.letter], cast.now) == 0
    assert front.held() == [claimed.letter]


@pytest.mark.parametrize(("kind", "side"), [("ask", "target"), ("details", "target"), ("introduction", "requester")])
def test_a_letter_that_its_introduction_does_not_want_is_stopped_by_the_state(cast: Cast, kind: str, side: str) -> None:
    """Whatever queued it: the request is still on the desk."""
    made = Introduction.objects.get(pk=cast.waiting())
    made.target_id = cast.tom.id
    made.save()
    mailing.write(made, LetterDue(kind, side, cast.now), side, now=cast.now)
    claimed = claim(cast, kind)
    with pytest.raises(front.Blocked) as found:
        front.point_of_no_return(claimed, TOM, cast.now)
    assert found.value.cause == "state"


def test_a_letter_about_no_introduction_names_none_however_it_is_claimed(cast: Cast) -> None:
    cast.asking()
    first = claim(cast, "ask")
    passed(cast, first)
    Letter.objects.filter(state="queued").update(state="dropped")
    mailing.queue_digest(cast.cora.id, cast.now)
    _state, digest = front.settle_and_claim(first, "sent", code=250, now=cast.now + timedelta(days=1))
    assert digest is not None
    assert (digest.kind, digest.introduction) == ("digest", "")


@pytest.mark.case("F1")
def test_what_a_person_lets_go_is_dated_with_the_moment_of_it(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    store.bump_generation()
    front.hold_foreign(cast.now)
    cast.now += timedelta(hours=1)
    assert front.release([claimed.letter], cast.now) == 1
    letter = Letter.objects.get(pk=claimed.letter)
    assert (letter.state, letter.at, letter.generation) == ("queued", cast.now, Installation.the().generation)


def test_a_letter_about_no_introduction_names_none(cast: Cast) -> None:
    mailing.queue_digest(cast.cora.id, cast.now)
    cast.now += timedelta(days=1)
    assert claim(cast, "digest").introduction == ""
