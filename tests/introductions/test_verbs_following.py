"""A result and the claim of the next letter are one commit: both happen, or neither (B2, B9)."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.introductions.sending import claim, passed
from tests.support.cast import Cast
from twoyes.introductions import front, queries
from twoyes.introductions.models import Letter, SendAttempt
from twoyes.lib import limits
from twoyes.lib.models import Installation

pytestmark = pytest.mark.both


def on_its_way(cast: Cast) -> front.Claimed:
    """An ask past its point of no return; the word to the requester that it is on its way is due behind it."""
    cast.asking()
    claimed = claim(cast, "ask")
    passed(cast, claimed)
    return claimed


def states() -> dict[str, str]:
    return dict(Letter.objects.exclude(kind="verify").values_list("kind", "state"))


def test_the_next_letter_is_claimed_where_the_last_is_written_down(cast: Cast) -> None:
    claimed = on_its_way(cast)
    state, following = front.settle_and_claim(claimed, "sent", code=250, reply="2.0.0 OK", now=cast.now)
    assert state == "sent"
    assert following is not None
    row = Letter.objects.get(pk=following.letter)
    assert (row.state, row.epoch, row.attempts, row.kind) == ("claimed", following.epoch, 1, following.kind)
    assert Letter.objects.get(pk=claimed.letter).state == "sent"
    assert SendAttempt.objects.filter(letter_id=claimed.letter, phase="sent").count() == 1


@pytest.mark.case("B9")
def test_neither_is_done_when_the_claim_fails(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    claimed = on_its_way(cast)
    before = states()

    def fail(*_args: object) -> None:
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "claim_next", fail)
        with pytest.raises(DatabaseError):
            front.settle_and_claim(claimed, "sent", code=250, now=cast.now)
    assert states() == before
    assert not SendAttempt.objects.filter(letter_id=claimed.letter, phase="sent").exists()
    # The writing again is all that is needed.
    assert front.settle_and_claim(claimed, "sent", code=250, now=cast.now)[0] == "sent"


@pytest.mark.parametrize("why", ["nothing due", "kill switch"])
def test_nothing_is_claimed_where_nothing_may_leave(cast: Cast, why: str) -> None:
    claimed = on_its_way(cast)
    if why == "nothing due":
        Letter.objects.filter(state="queued").update(state="dropped")
    else:
        Installation.objects.update(sending_enabled=False)
    assert front.settle_and_claim(claimed, "sent", code=250, now=cast.now) == ("sent", None)
    assert "claimed" not in states().values()


@pytest.mark.case("B5")
def test_a_letter_that_was_claimed_by_the_way_is_reaped_like_any_other(cast: Cast) -> None:
    _state, following = front.settle_and_claim(on_its_way(cast), "sent", code=250, now=cast.now)
    assert following is not None
    cast.now += limits.CLAIM_AGE * 2
    assert front.reap(cast.now) == 1
    assert Letter.objects.get(pk=following.letter).state == "queued"


def test_both_are_one_transaction(cast: Cast) -> None:
    claimed = on_its_way(cast)
    with CaptureQueriesContext(connections["default"]) as asked, transaction.atomic():
        front.settle_and_claim(claimed, "sent", code=250, now=cast.now)
    # One savepoint inside ours: what is nested would be a second.
    assert sum(query["sql"].startswith("SAVEPOINT") for query in asked) == 2


@pytest.mark.case("B2", "B13")
@pytest.mark.django_db(transaction=True)
def test_who_writes_a_result_down_never_waits_for_a_letter_that_another_looks_at(cast: Cast) -> None:
    if connections["default"].vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time, which waits for nobody's row")
    claimed = on_its_way(cast)
    told: list[tuple[str, front.Claimed | None]] = []

    def write() -> None:
        try:
            told.append(front.settle_and_claim(claimed, "sent", code=250, now=cast.now))
        finally:
            connections["default"].close()

    with transaction.atomic():
        Letter.objects.filter(state="queued").update(attempts=0)
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(10)
        assert told == [("sent", None)]
