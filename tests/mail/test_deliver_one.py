"""One letter: claimed, composed, handed over up to the point of no return, and written down."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections

from tests.support.cast import TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter, SendAttempt
from twoyes.introductions.protocol import State
from twoyes.lib import sealing
from twoyes.lib.models import Installation
from twoyes.mail.front import Manner, deliver_one
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.transport import Envelope, Verdict


def ask(introduction: str) -> Letter:
    return Letter.objects.get(introduction_id=introduction, kind="ask")


def attempt(cast: Cast, transport: MemoryTransport, manner: Manner | None = None) -> str:
    claimed = introductions.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    return deliver_one(claimed, transport, lambda: cast.now, manner=manner or Manner())


@pytest.mark.both
def test_an_ask_is_handed_over_once_with_the_approved_text(cast: Cast) -> None:
    introduction, relay = cast.asking(), MemoryTransport()
    assert attempt(cast, relay) == "sent"
    assert [envelope.recipient for envelope in relay.accepted] == [TOM]
    assert b"This is the ask." in relay.accepted[0].message
    phases = SendAttempt.objects.filter(letter=ask(introduction)).values_list("phase", flat=True)
    assert sorted(phases) == ["sent", "xmit"]
    assert introductions.claim(cast.now, kinds=("ask",)) is None


@pytest.mark.parametrize(
    ("script", "state", "ends"),
    [
        ("greylist_rcpt", "queued", State.ASKING),
        ("later_dot", "queued", State.ASKING),
        ("refuse_rcpt", "failed", State.UNDELIVERABLE),
        ("refuse_dot", "failed", State.UNDELIVERABLE),
        ("lose_250", "unknown", State.ASKING),
        ("garbage_reply", "unknown", State.ASKING),
    ],
)
@pytest.mark.case("C1", "C2", "C3", "C4")
def test_each_ending_of_a_relay_becomes_one_state_of_the_letter(
    cast: Cast, script: str, state: str, ends: State
) -> None:
    introduction = cast.asking()
    assert attempt(cast, MemoryTransport(lambda _: script)) == state
    assert (ask(introduction).state, cast.state(introduction)) == (state, ends)


def test_a_letter_that_a_relay_put_off_comes_back_after_five_minutes_and_leaves_once(cast: Cast) -> None:
    introduction, relay = cast.asking(), MemoryTransport(lambda _: "later_dot")
    attempt(cast, relay)
    assert timedelta(minutes=4) <= ask(introduction).due_at - cast.now <= timedelta(minutes=6)
    assert introductions.claim(cast.now, kinds=("ask",)) is None
    cast.now += timedelta(minutes=7)
    assert attempt(cast, relay) == "sent"
    assert len(relay.accepted) == 1


@pytest.mark.case("B3")
def test_a_worker_that_lost_its_claim_hands_nothing_over(cast: Cast) -> None:
    cast.asking()
    mine, relay = introductions.claim(cast.now, kinds=("ask",)), MemoryTransport()
    assert mine is not None
    cast.now += timedelta(minutes=3)
    introductions.reap(cast.now)
    assert attempt(cast, relay) == "sent"
    assert deliver_one(mine, relay, lambda: cast.now) == "sent"
    assert len(relay.accepted) == 1


def test_what_was_withdrawn_while_the_relay_was_slow_is_not_handed_over(cast: Cast) -> None:
    introduction = cast.asking()

    class Slow(MemoryTransport):
        def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
            introductions.withdraw(introduction, actor=cast.desk, now=cast.now)
            return super().send(envelope, point_of_no_return=point_of_no_return)

    relay = Slow()
    assert attempt(cast, relay) == "parked"
    assert relay.accepted == []


def test_the_kill_switch_stops_a_letter_at_the_last_instant(cast: Cast) -> None:
    introduction, relay = cast.asking(), MemoryTransport()
    claimed = introductions.claim(cast.now, kinds=("ask",))
    assert claimed is not None
    Installation.objects.update(sending_enabled=False)
    assert deliver_one(claimed, relay, lambda: cast.now) == "queued"
    assert (relay.accepted, cast.state(introduction)) == ([], State.ASKING)
    assert introductions.claim(cast.now + timedelta(days=1)) is None


@pytest.mark.case("B9")
def test_a_result_that_cannot_be_written_is_written_again_and_the_letter_is_not_sent_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduction, relay, slept = cast.asking(), MemoryTransport(), list[float]()
    settle, fails = introductions.settle, iter([True, True, False])

    def failing(*args: object, **kwargs: object) -> str:
        if next(fails):
            raise OperationalError("disk I/O error")
        return settle(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(introductions, "settle", failing)
    assert attempt(cast, relay, Manner(sleep=slept.append)) == "sent"
    assert (ask(introduction).state, len(relay.accepted), len(slept)) == ("sent", 1, 2)


@pytest.mark.case("B9", "B1")
def test_a_result_that_is_never_written_leaves_unknown_and_no_second_try(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduction, relay = cast.asking(), MemoryTransport()

    def failing(*_args: object, **_kwargs: object) -> str:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(introductions, "settle", failing)
        with pytest.raises(OperationalError):
            attempt(cast, relay, Manner(sleep=lambda _: None))
    assert ask(introduction).state == "xmit"
    cast.now += timedelta(minutes=16)
    introductions.reap(cast.now)
    assert (ask(introduction).state, cast.state(introduction)) == ("unknown", State.ASKING)
    assert introductions.claim(cast.now + timedelta(days=3), kinds=("ask",)) is None
    assert len(relay.accepted) == 1


@pytest.mark.case("B7", "B8")
def test_a_store_that_fails_at_the_point_of_no_return_sends_nothing_and_changes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduction, relay = cast.asking(), MemoryTransport()

    def full(*_args: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("twoyes.introductions.outbox._pass", full)
        assert attempt(cast, relay) == "queued"
    assert (relay.accepted, ask(introduction).state) == ([], "queued")
    assert not SendAttempt.objects.filter(letter=ask(introduction)).exists()
    cast.now += timedelta(minutes=10)
    assert attempt(cast, relay) == "sent"


def test_a_text_that_was_altered_since_the_approval_goes_back_to_the_desk(cast: Cast) -> None:
    introduction, relay = cast.asking(), MemoryTransport()
    letter = ask(introduction)
    sealing.put_json(letter, "text", {**sealing.get_json(letter, "text"), "text": "Something else.\n\n{page}\n"})
    letter.save()
    attempt(cast, relay)
    assert (relay.accepted, cast.state(introduction)) == ([], State.WAITING)


def test_a_letter_to_nobody_fails_and_its_log_line_names_nobody(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    introduction = cast.waiting()
    Introduction.objects.filter(pk=introduction).update(requester=b"")
    introductions.decline(introduction, {"reason": "No."}, actor=cast.desk, now=cast.now)
    claimed = introductions.claim(cast.now, kinds=("declined",))
    assert claimed is not None
    with caplog.at_level(logging.INFO):
        assert deliver_one(claimed, MemoryTransport(), lambda: cast.now) == "failed"
    assert claimed.letter in caplog.text
    assert "Rita" not in caplog.text


def test_a_worker_that_is_told_to_stop_before_the_point_of_no_return_gives_the_letter_back(cast: Cast) -> None:
    introduction, relay = cast.asking(), MemoryTransport()
    assert attempt(cast, relay, Manner(stopping=lambda: True)) == "queued"
    assert (relay.accepted, ask(introduction).attempts, ask(introduction).due_at <= cast.now) == ([], 0, True)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.case("B16")
def test_nobody_waits_for_the_store_while_a_relay_is_slow(cast: Cast) -> None:
    """Another connection writes and commits at each moment at which the relay could make us wait."""
    cast.asking()
    done: list[str] = []

    def write(moment: str) -> None:
        def run() -> None:
            Installation.objects.update(daily_cap=49)
            done.append(moment)
            connections.close_all()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join(timeout=5)

    class Slow(MemoryTransport):
        def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
            write("before")
            verdict = super().send(envelope, point_of_no_return=point_of_no_return)
            write("after")
            assert not connection.in_atomic_block
            return verdict

    assert attempt(cast, Slow()) == "sent"
    assert done == ["before", "after"]
