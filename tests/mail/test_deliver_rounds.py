"""A round of the worker: what is broken is put off and named, and everything else goes on."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections

from tests.support.cast import RITA, TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, Letter, SendAttempt
from twoyes.introductions.protocol import State
from twoyes.lib import store
from twoyes.lib.models import Installation
from twoyes.mail.front import Manner, deliver
from twoyes.mail.letters import LETTERS
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.transport import Envelope, Verdict


def test_a_letter_that_cannot_be_composed_blocks_nobody_and_comes_back_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    introduction, relay = cast.asking(), MemoryTransport()

    def broken(*_args: object) -> None:
        raise ZeroDivisionError("Rita Holm rita@asks.example")

    with monkeypatch.context() as patch, caplog.at_level(logging.INFO):
        patch.setitem(LETTERS, "on_its_way", broken)
        deliver(relay, lambda: cast.now)
    assert [envelope.kind for envelope in relay.accepted] == ["ask"]
    letter = Letter.objects.get(introduction_id=introduction, kind="on_its_way")
    assert (letter.state, letter.reply) == ("queued", "broken: ZeroDivisionError")
    assert letter.due_at > cast.now
    assert letter.pk in caplog.text
    assert not {"Rita", RITA, TOM} & set(caplog.text.split())
    cast.now += timedelta(minutes=7)
    assert deliver(relay, lambda: cast.now).letters == ("on_its_way",)


def test_a_broken_letter_is_tried_less_and_less_often(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.asking()
    monkeypatch.setitem(LETTERS, "on_its_way", lambda _facts: 1 / 0)
    tries = 0
    for _ in range(24 * 12):
        deliver(MemoryTransport(), lambda: cast.now)
        cast.now += timedelta(minutes=5)
    tries = Letter.objects.get(kind="on_its_way").attempts
    assert 8 <= tries <= 16


def test_an_introduction_whose_deadline_cannot_fire_holds_up_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = cast.waiting()
    cast.now += timedelta(minutes=1)
    sound = cast.waiting(email="otto@outside.example", target="Somebody else")
    fire = introductions.fire

    def firing(introduction: str, now: object) -> str:
        if introduction == broken:
            raise KeyError("Rita")
        return fire(introduction, now)  # type: ignore[arg-type]

    monkeypatch.setattr(introductions, "fire", firing)
    cast.now += timedelta(days=15)
    report = deliver(MemoryTransport(), lambda: cast.now)
    assert (cast.state(sound), cast.state(broken)) == (State.LAPSED, State.WAITING)
    assert report.stuck == 1
    assert broken in caplog.text
    assert "Rita" not in caplog.text


def test_a_letter_that_comes_back_at_once_ends_the_round_all_the_same(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    introduction, relay = cast.asking(), MemoryTransport()
    monkeypatch.setattr("twoyes.introductions.outbox._check_address", _no_address)
    deliver(relay, lambda: cast.now)
    letter = Letter.objects.get(introduction_id=introduction, kind="ask")
    assert (letter.state, letter.due_at > cast.now) == ("queued", True)


def _no_address(*_args: object) -> None:
    raise introductions.Blocked("address")


@pytest.mark.case("F1")
def test_a_restored_store_sends_nothing_and_holds_what_waits(cast: Cast) -> None:
    introduction, relay = cast.asking(), MemoryTransport()
    store.generation_file().write_text("{}")
    report = deliver(relay, lambda: cast.now)
    assert relay.accepted == []
    assert report.held == 2
    assert set(introductions.held()) == set(
        Letter.objects.filter(introduction_id=introduction, state="held").values_list("pk", flat=True)
    )
    assert introductions.release(introductions.held(), cast.now) == 2
    deliver(relay, lambda: cast.now)
    assert sorted(envelope.kind for envelope in relay.accepted) == ["ask", "on_its_way"]


@pytest.mark.case("F3")
def test_a_copy_on_another_host_sends_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: Path
) -> None:
    cast.asking()
    # The copy came without the file that stays on the first host.
    monkeypatch.setenv("TWOYES_GENERATION_FILE", str(tmp_path / "elsewhere" / "generation"))
    relay = MemoryTransport()
    for _ in range(3):
        deliver(relay, lambda: cast.now)
    assert relay.accepted == []
    assert not SendAttempt.objects.filter(letter__kind="ask").exists()


def test_no_letter_is_begun_once_the_round_is_told_to_stop(cast: Cast) -> None:
    cast.asking()
    stopping: list[bool] = []

    class Counting(MemoryTransport):
        def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
            verdict = super().send(envelope, point_of_no_return=point_of_no_return)
            stopping.append(True)
            return verdict

    relay = Counting()
    deliver(relay, lambda: cast.now, manner=Manner(stopping=lambda: bool(stopping)))
    assert len(relay.accepted) == 1
    waiting = Letter.objects.filter(kind__in=["ask", "on_its_way"]).order_by("state")
    assert [letter.state for letter in waiting] == ["queued", "sent"]


@pytest.mark.case("B26")
def test_a_letter_claimed_by_the_way_is_given_back_untried_when_the_worker_is_told_to_stop(cast: Cast) -> None:
    cast.asking()
    relay, asked = MemoryTransport(), list[str]()

    def stopping() -> bool:
        if relay.accepted:
            asked.append("after the first letter")
        # Told to stop just after the next letter was wanted.
        return len(asked) > 1

    report = deliver(relay, lambda: cast.now, manner=Manner(stopping=stopping))
    assert len(report.letters) == len(relay.accepted) == 1
    left = Letter.objects.filter(kind__in=["ask", "on_its_way"]).exclude(state="sent").get()
    assert (left.state, left.attempts, left.epoch, left.due_at) == ("queued", 0, 1, cast.now)
    assert len(deliver(relay, lambda: cast.now).letters) == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.case("B2", "B20", "B27")
def test_four_workers_hand_each_letter_over_once(cast: Cast) -> None:
    for number in range(6):
        cast.unverified(email=f"rita{number}@asks.example")
    log: list[Envelope] = []
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        for _ in range(8):
            deliver(MemoryTransport(log=log), lambda: cast.now)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sorted(envelope.recipient for envelope in log) == [f"rita{number}@asks.example" for number in range(6)]
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert Introduction.objects.count() == 6
    assert Installation.the().generation
