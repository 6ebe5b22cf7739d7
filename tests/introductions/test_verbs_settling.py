"""What the relay said is written down once; what nobody knows stays unknown; what was restored is held."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.checks import events, state_of
from tests.introductions.sending import claim, passed
from tests.support.cast import APPROVAL, TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Letter, SendAttempt
from twoyes.introductions.protocol import State
from twoyes.lib import limits, store
from twoyes.people import front as people

pytestmark = pytest.mark.both


def letter(claimed: front.Claimed) -> Letter:
    return Letter.objects.get(pk=claimed.letter)


def phases(claimed: front.Claimed) -> list[str]:
    rows = SendAttempt.objects.filter(letter_id=claimed.letter).order_by("epoch", "at", "pk")
    return sorted(rows.values_list("phase", flat=True))


def on_its_way(cast: Cast) -> tuple[str, front.Claimed]:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    passed(cast, claimed)
    return introduction, claimed


# --- each word of the relay -----------------------------------------------------------------------------------------


@pytest.mark.case("A1", "F19")
@pytest.mark.parametrize(
    ("result", "state", "then", "pair"),
    [
        ("sent", "sent", State.ASKING, True),
        ("unknown", "unknown", State.ASKING, True),
        ("refused", "failed", State.UNDELIVERABLE, False),
        ("temporary", "queued", State.ASKING, True),
    ],
)
def test_an_ask_and_its_pair_follow_the_relays_word(
    cast: Cast, result: str, state: str, then: State, *, pair: bool
) -> None:
    introduction, claimed = on_its_way(cast)
    assert front.settle(claimed, result, code=1, reply="x" * 300, now=cast.now) == state
    assert letter(claimed).state == state
    assert phases(claimed) == sorted(["xmit", result])
    assert letter(claimed).reply == "x" * 200
    assert state_of(introduction) is then
    assert AskedPair.objects.exists() == pair
    slots = {s.slot for key in people.keys_of(cast.tom.id) if (s := people.subject("community001", key))}
    assert slots == ({introduction} if pair else {""})


@pytest.mark.case("B9", "B28")
@pytest.mark.parametrize("result", ["sent", "unknown", "refused"])
def test_a_result_that_is_written_twenty_times_is_written_once(cast: Cast, result: str) -> None:
    introduction, claimed = on_its_way(cast)
    for _ in range(20):
        front.settle(claimed, result, now=cast.now)
    assert phases(claimed) == sorted(["xmit", result])
    assert len(events(introduction)) == 4


@pytest.mark.case("B3", "B9")
def test_only_the_owner_of_the_claim_writes_its_result(cast: Cast) -> None:
    cast.asking()
    first = claim(cast, "ask")
    cast.now += timedelta(minutes=3)
    front.reap(cast.now)
    second = claim(cast, "ask")
    passed(cast, second)
    for result in ("sent", "refused", "temporary", "unknown"):
        assert front.settle(first, result, now=cast.now) == "xmit"
    assert front.settle(second, "sent", now=cast.now) == "sent"


@pytest.mark.case("C3")
def test_a_refusal_before_the_dot_frees_the_ask(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    assert front.settle(claimed, "refused", code=550, now=cast.now) == "failed"
    assert state_of(introduction) is State.UNDELIVERABLE
    assert not AskedPair.objects.exists()
    cast.now += timedelta(days=1)
    cast.asked(target="Tom T.")
    assert [facts.recipient for facts in cast.sent if facts.kind == "ask"] == [TOM]


@pytest.mark.case("A22")
def test_a_bounce_after_the_hand_over_keeps_the_pair_used(cast: Cast) -> None:
    introduction, claimed = on_its_way(cast)
    front.settle(claimed, "sent", code=250, now=cast.now)
    done = front.dsn(claimed.letter, now=cast.now)
    assert done is not None
    assert done.state is State.UNDELIVERABLE
    assert AskedPair.objects.filter(introduction=introduction).exists()
    assert front.requester_page(*cast.page(introduction, "requester"), cast.now).view.stage == "on_its_way"


def test_a_bounce_after_the_answer_is_only_noted(cast: Cast) -> None:
    introduction = cast.refused()
    ask = Letter.objects.get(introduction_id=introduction, kind="ask")
    done = front.dsn(ask.pk, now=cast.now)
    assert done is not None
    assert done.state is State.REFUSED
    assert events(introduction)[-1] == "dsn"
    assert front.dsn(Letter.objects.filter(kind="received").latest("at").pk, now=cast.now) is None
    assert front.dsn("x" * 12, now=cast.now) is None


# --- what nobody knows ----------------------------------------------------------------------------------------------


@pytest.mark.case("A23", "B1", "B6")
def test_an_ask_of_unknown_fate_is_never_sent_again_by_itself(cast: Cast) -> None:
    introduction, claimed = on_its_way(cast)
    cast.now += limits.XMIT_AGE
    assert front.reap(cast.now) == 0
    cast.now += timedelta(seconds=1)
    assert front.reap(cast.now) == 1
    assert letter(claimed).state == "unknown"
    assert events(introduction)[-1] == "unknown"
    cast.pass_time(timedelta(days=60))
    assert [facts.kind for facts in cast.sent if facts.recipient == TOM] == []
    assert "trouble" in [facts.kind for facts in cast.sent]
    assert state_of(introduction) is State.REFUSED
    assert AskedPair.objects.exists()


@pytest.mark.case("A23")
@pytest.mark.parametrize("state", ["xmit", "unknown"])
@pytest.mark.parametrize("evidence", ["yes", "no", "later", "not_me", "dsn"])
def test_a_press_or_a_bounce_shows_that_the_ask_arrived(cast: Cast, state: str, evidence: str) -> None:
    introduction, claimed = on_its_way(cast)
    if state == "unknown":
        front.settle(claimed, "unknown", now=cast.now)
    if evidence == "dsn":
        front.dsn(claimed.letter, now=cast.now)
    elif evidence == "not_me":
        front.not_me(*cast.page(introduction), now=cast.now)
    else:
        cast.answer(introduction, evidence, until="2026-06-01")
    assert letter(claimed).state == "sent"
    assert front.settle(claimed, "refused", code=550, now=cast.now) == "sent"
    assert AskedPair.objects.filter(introduction=introduction).exists()


def test_a_late_word_settles_what_was_unknown(cast: Cast) -> None:
    _introduction, claimed = on_its_way(cast)
    front.settle(claimed, "unknown", now=cast.now)
    assert front.settle(claimed, "temporary", now=cast.now) == "unknown"
    assert front.settle(claimed, "sent", now=cast.now) == "sent"
    assert front.settle(claimed, "unknown", now=cast.now) == "sent"


@pytest.mark.case("A1")
@pytest.mark.parametrize("again", ["another request", "an offer", "by hand"])
def test_nobody_makes_a_second_ask_of_an_unknown_one(cast: Cast, again: str) -> None:
    _introduction, claimed = on_its_way(cast)
    front.settle(claimed, "unknown", now=cast.now)
    cast.pass_time(timedelta(days=31))
    if again == "an offer":
        cast.offered()
    else:
        second = cast.waiting(target="Tom T.")
        words = {**APPROVAL, "target": cast.tom.id, "channel": "by_hand" if again == "by hand" else "relay"}
        front.approve(second, words, frozen=frozen(), actor=cast.desk, now=cast.now)
        assert state_of(second) is State.REFUSED
    cast.pass_time(timedelta(days=31))
    assert not [facts for facts in cast.sent if facts.kind == "ask"]


def test_a_notice_of_unknown_fate_is_tried_again_under_one_message_id(cast: Cast) -> None:
    introduction = cast.waiting()
    front.decline(introduction, {"reason": "No."}, actor=cast.desk, now=cast.now)
    tried = []
    for _ in range(3):
        claimed = claim(cast, "declined")
        passed(cast, claimed)
        assert front.settle(claimed, "unknown", now=cast.now) == "queued"
        tried.append((letter(claimed).message_id, claimed.epoch))
        cast.now = letter(claimed).due_at
    assert tried == [(tried[0][0], epoch) for epoch in (1, 2, 3)]


@pytest.mark.case("C1")
def test_the_patience_doubles_to_four_hours_give_or_take_a_fifth(cast: Cast) -> None:
    introduction = cast.waiting()
    front.decline(introduction, {"reason": "No."}, actor=cast.desk, now=cast.now)
    for number in range(9):
        claimed = claim(cast, "declined")
        front.settle(claimed, "temporary", code=451, now=cast.now)
        pause = letter(claimed).due_at - cast.now
        span = min(timedelta(minutes=5) * 2**number, timedelta(hours=4))
        assert span * 0.8 <= pause <= span * 1.2
        cast.now = letter(claimed).due_at


# --- claims ---------------------------------------------------------------------------------------------------------


@pytest.mark.case("B5")
def test_a_claim_of_a_worker_that_died_goes_back_to_the_queue(cast: Cast) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    cast.now += limits.CLAIM_AGE
    assert front.reap(cast.now) == 0
    cast.now += timedelta(seconds=1)
    assert front.reap(cast.now) >= 1
    assert letter(claimed).state == "queued"
    assert "ask:target" in cast.deliver()


@pytest.mark.case("B2", "B28")
def test_a_letter_is_claimed_once_however_often_it_is_asked_for(cast: Cast) -> None:
    cast.asking()
    taken = [front.claim(cast.now) for _ in range(20)]
    mine = [one.letter for one in taken if one is not None]
    assert len(mine) == len(set(mine)) == Letter.objects.filter(state="claimed").count()


def test_nothing_is_claimed_before_it_is_due(cast: Cast) -> None:
    cast.asking()
    assert front.claim(cast.now - timedelta(seconds=1), kinds=("ask",)) is None
    assert front.claim(cast.now, kinds=("ask",)) is not None


@pytest.mark.case("B28")
def test_reaping_and_holding_twenty_times_is_harmless(cast: Cast) -> None:
    introduction = cast.asking()
    for _ in range(20):
        assert front.reap(cast.now) == 0
        assert front.hold_foreign(cast.now) == 0
    assert "ask:target" in cast.deliver()
    assert state_of(introduction) is State.ASKING


# --- restored -------------------------------------------------------------------------------------------------------


@pytest.mark.case("F1")
def test_what_was_due_in_an_older_generation_waits_for_a_person(cast: Cast) -> None:
    introduction = cast.asking()
    claimed = claim(cast, "ask")
    store.bump_generation()
    assert front.hold_foreign(cast.now) == 2
    assert cast.deliver() == []
    assert claimed.letter in front.held()
    assert front.release([claimed.letter], cast.now) == 1
    assert cast.deliver() == ["ask:target"]
    assert state_of(introduction) is State.ASKING
    assert front.release(front.held(), cast.now) > 0


@pytest.mark.case("F1")
def test_a_store_whose_file_is_gone_holds_all_until_a_person_releases_it(cast: Cast) -> None:
    cast.asking()
    store.generation_file().unlink()
    assert front.hold_foreign(cast.now) == 2
    assert cast.deliver() == []
    held = front.held()
    assert front.release(held[:1], cast.now) == 1
    assert store.check_generation()
    assert len(cast.deliver()) == 1
