"""A message is read in a process of its own, acted on once, and set aside when it cannot be read; the others go on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet

from tests.mail.incoming import shims
from tests.mail.incoming.conftest import Asked
from tests.support.cast import TOM
from twoyes.lib import faults, limits
from twoyes.lib.errors import Refused
from twoyes.mail import front as mail
from twoyes.mail.incoming import acting, arriving, inbox, processing, reading
from twoyes.mail.incoming.understanding import Understood
from twoyes.mail.models import Inbound

pytestmark = pytest.mark.django_db
POISONED = f"{shims.HERE}:poisoned"
DEATHS = ["exit now", "kill now"]


class Acts:
    """What was acted on, by its words."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.fails: Callable[[], None] = lambda: None

    def act(self, row: Inbound, understood: Understood, now: datetime) -> None:
        self.words.append(understood.new_text.strip())
        self.fails()


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> Acts:
    found = Acts()
    monkeypatch.setattr(acting, "act", found.act)
    return found


def bring(asked: Asked, words: str, minutes: int = 0) -> str:
    place = arriving.place_of(asked.reply)
    assert place is not None
    raw = f"From: {TOM}\r\nMessage-ID: <{minutes}@t.example>\r\n\r\n{words}\r\n".encode()
    kept = arriving.arrive(place, TOM, raw, way="lmtp", now=asked.cast.now + timedelta(minutes=minutes))
    assert kept is not None
    return kept


def rounds(asked: Asked, times: int, understand: str = POISONED) -> list[int]:
    """Process so often, each time after the pause that a failed try brings."""
    start = asked.cast.now + timedelta(hours=1)
    return [processing.process(start + limits.INBOUND_TRY * one, understand=understand) for one in range(times)]


@pytest.mark.slow(2)
@pytest.mark.case("B24")
@pytest.mark.parametrize("poison", [*DEATHS, "raise now", "recurse now"])
def test_a_message_that_kills_whoever_reads_it_is_set_aside_after_three_tries_and_the_others_flow(
    asked: Asked, acts: Acts, poison: str
) -> None:
    bad = bring(asked, poison)
    good = [bring(asked, f"word {number}", number) for number in (1, 2)]
    assert rounds(asked, 4) == [3, 1, 1, 0]
    assert acts.words == ["word 1", "word 2"]
    why = {"raise now": "SystemExit", "recurse now": "RecursionError"}.get(poison, "died")
    assert Inbound.objects.values_list("state", "attempts", "why").get(pk=bad) == ("aside", limits.INBOUND_TRIES, why)
    assert set(Inbound.objects.filter(pk__in=good).values_list("state", "attempts", "why")) == {("done", 1, "")}


@pytest.mark.case("B24")
def test_a_try_is_counted_before_it_begins(asked: Asked, acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = bring(asked, "exit now")
    told: list[int] = []

    def gone(point: str) -> None:
        told.append(Inbound.objects.get(pk=bad).attempts)
        raise KeyboardInterrupt(point)

    monkeypatch.setattr(faults, "point", gone)
    for number in range(limits.INBOUND_TRIES):
        at = asked.cast.now + timedelta(hours=1) + limits.INBOUND_TRY * number
        with pytest.raises(KeyboardInterrupt):
            processing.process(at, understand=POISONED)
    # Whoever comes fourth does not read it, since three died of it without a word.
    assert processing.process(asked.cast.now + timedelta(hours=2), understand=POISONED) == 0
    assert told == [1, 2, 3]
    assert Inbound.objects.values_list("state", "why").get(pk=bad) == ("aside", "died")


def test_after_a_failed_try_there_is_a_pause(asked: Asked, acts: Acts) -> None:
    bring(asked, "raise now")
    at = asked.cast.now + timedelta(hours=1)
    assert [processing.process(at, understand=POISONED) for _ in range(2)] == [1, 0]
    assert processing.process(at + limits.INBOUND_TRY - timedelta(seconds=1), understand=POISONED) == 0
    assert processing.process(at + limits.INBOUND_TRY, understand=POISONED) == 1


@pytest.mark.case("E12")
def test_what_fails_while_it_is_acted_on_leaves_nothing_behind_and_is_tried_again(asked: Asked, acts: Acts) -> None:
    kept = bring(asked, "a word")

    def writes_and_fails() -> None:
        Inbound.objects.filter(pk=kept).update(said=b"half")
        raise OSError("half way")

    acts.fails = writes_and_fails
    assert rounds(asked, 1) == [1]
    row = Inbound.objects.get(pk=kept)
    assert (row.state, row.attempts, row.why, bytes(row.said)) == ("waiting", 1, "OSError", b"")
    acts.fails = lambda: None
    assert processing.process(asked.cast.now + timedelta(hours=3), understand=POISONED) == 1
    assert Inbound.objects.values_list("state", "why").get(pk=kept) == ("done", "")


def test_what_is_typed_in_the_post_room_is_not_acted_on(asked: Asked, acts: Acts) -> None:
    typed = inbox.Arrived(b"Subject: x\r\n\r\nyes\r\n", TOM, "<1@x.example>", asked.letter)
    assert inbox.keep(typed, asked.cast.now)
    assert rounds(asked, 1) == [0]
    assert acts.words == []


def test_only_so_much_time_is_taken_from_letters_that_leave(asked: Asked, acts: Acts) -> None:
    for number in range(3):
        bring(asked, f"word {number}", number)
    assert processing.process(asked.cast.now + timedelta(hours=1), understand=POISONED, seconds=-1) == 0
    assert rounds(asked, 1) == [3]


def test_a_walk_of_the_clock_reads_what_came(asked: Asked, acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(asked, "a word")
    monkeypatch.setattr(processing.process, "__kwdefaults__", {"understand": POISONED, "seconds": 10.0})
    with asked.cast.time():
        mail.tick()
    assert acts.words == ["a word"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both
@pytest.mark.case("B23")
def test_the_same_message_by_two_ways_at_once_is_kept_once_and_acted_on_once(asked: Asked, acts: Acts) -> None:
    barrier = threading.Barrier(4)
    kept: list[str | None] = []
    place = arriving.place_of(asked.reply)
    assert place is not None
    raw = f"From: {TOM}\r\nMessage-ID: <1@t.example>\r\n\r\na word\r\n".encode()

    def at_once(what: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            what()
        finally:
            connection.close()

    def come() -> None:
        kept.append(arriving.arrive(place, TOM, raw, way="lmtp", now=asked.cast.now))

    def read() -> None:
        processing.process(asked.cast.now + timedelta(hours=1), understand=POISONED)

    for what in (come, read):
        threads = [threading.Thread(target=at_once, args=[what]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(one is not None for one in kept) == 1
    assert Inbound.objects.values_list("attempts", "state").get() == (1, "done")
    assert acts.words == ["a word"]


@pytest.mark.case("B23")
def test_a_try_that_another_process_took_meanwhile_is_left_to_it(
    asked: Asked, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(asked, "a word")
    real, at, calls = processing._waiting, asked.cast.now + timedelta(hours=1), []

    def meanwhile(now: datetime) -> QuerySet[Inbound]:
        calls.append(now)
        if len(calls) == 3:
            # It was chosen and looked at here; before it is counted, another process does it all.
            with monkeypatch.context() as other:
                other.setattr(processing, "_waiting", real)
                processing.process(now, understand=POISONED)
        return real(now)

    monkeypatch.setattr(processing, "_waiting", meanwhile)
    assert processing.process(at, understand=POISONED) == 0
    assert acts.words == ["a word"]
    assert Inbound.objects.get().attempts == 1


@pytest.mark.case("B23", "E12")
def test_whoever_read_for_too_long_does_not_act_after_another_has(
    asked: Asked, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(asked, "a word")
    at = asked.cast.now + timedelta(hours=1)
    real = reading.Reading.read

    def slowly(self: reading.Reading, raw: bytes) -> Understood:
        with monkeypatch.context() as other:
            other.setattr(reading.Reading, "read", real)
            processing.process(at + limits.INBOUND_TRY, understand=POISONED)
        return real(self, raw)

    monkeypatch.setattr(reading.Reading, "read", slowly)
    assert processing.process(at, understand=POISONED) == 1
    assert acts.words == ["a word"]
    assert Inbound.objects.values_list("attempts", "state").get() == (2, "done")


def test_what_cannot_be_read_is_seen_by_its_connector_and_read_again_at_a_word(asked: Asked, acts: Acts) -> None:
    bad = bring(asked, "raise now")
    assert mail.unread_of(asked.cast.cora.id) == []
    rounds(asked, 3)
    (seen,) = mail.unread_of(asked.cast.cora.id)
    assert (seen.id, seen.why, seen.way, seen.purpose) == (bad, "SystemExit", "lmtp", "reply")
    assert mail.unread_of(asked.cast.otto.id) == []
    assert mail.unread_count() == 1
    with pytest.raises(Refused):
        mail.read_again(asked.cast.otto.id, bad)
    mail.read_again(asked.cast.cora.id, bad)
    assert mail.unread_count() == 0
    assert processing.process(asked.cast.now + timedelta(days=1), understand=f"{shims.HERE}:plain") == 1
    assert acts.words == ["raise now"]
    with pytest.raises(Refused):
        mail.read_again(asked.cast.cora.id, bad)
    assert mail.raw_unread(asked.cast.cora.id, bad) is None
