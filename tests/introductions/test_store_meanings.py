"""Where a verb meets a constraint, its name becomes a sentence; should every look before it fail, it still holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from tests.introductions.checks import refused, standing, state_of
from tests.support.cast import APPROVAL, REQUEST, Cast, frozen
from twoyes.introductions import asking, chapters, engine, front, mailing, pairs, protocol
from twoyes.introductions.models import AskedPair, Introduction, JournalEntry, Letter
from twoyes.introductions.protocol import Event, LetterDue, State, record
from twoyes.lib import store

pytestmark = [pytest.mark.both, pytest.mark.case("F20")]


def row_of(introduction: str) -> Introduction:
    return Introduction.objects.get(pk=introduction)


@pytest.mark.case("A28")
def test_of_two_commands_from_one_snapshot_one_wins(cast: Cast) -> None:
    introduction = cast.waiting()
    row = row_of(introduction)

    @engine.verb
    def decide(kind: str) -> None:
        work = engine.Work(row, record.from_json(row.snapshot))
        work.hand_in(Event(kind, cast.desk), cast.now)

    decide("decline")
    assert refused("stale", lambda: decide("talk")).sentence.startswith("Somebody was faster")
    assert JournalEntry.objects.filter(introduction=row, seq__gt=row.seq).count() == 1
    # Bring the row up to its journal, as a verb does at its end.
    engine.Work(row, protocol.fold(front.journal(introduction))).save()


@pytest.mark.case("A2", "B11")
def test_a_pair_that_was_overlooked_is_still_not_taken_twice(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.asked()
    cast.pass_time(timedelta(days=31))
    second = cast.waiting(target="Tom T.")
    words = {**APPROVAL, "target": cast.tom.id, "channel": "by_hand"}
    with monkeypatch.context() as patch:
        patch.setattr(pairs, "_held", lambda _row: {})
        front.approve(second, words, frozen=frozen(), actor=cast.desk, now=cast.now)
        assert state_of(second) is State.ASKING
        noted = {"answer": "yes", "how": "On the phone"}
        refused("pair", lambda: front.note_answer(second, noted, actor=cast.desk, now=cast.now))
        refused("pair", lambda: front.by_hand(second, actor=cast.desk, now=cast.now))
    assert len(set(AskedPair.objects.values_list("introduction", flat=True))) == 1


@pytest.mark.case("A2", "B11")
def test_a_letter_that_meets_the_pair_at_the_last_instant_does_not_leave(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.asked()
    cast.pass_time(timedelta(days=31))
    with monkeypatch.context() as patch:
        patch.setattr(pairs, "_held", lambda _row: {})
        second = cast.asking(target="Tom T.")
        claimed = front.claim(cast.now, kinds=("ask",))
        assert claimed is not None
        with pytest.raises(front.Blocked) as stopped:
            front.point_of_no_return(claimed, "tom@target.example", cast.now)
    assert stopped.value.cause == "database"
    assert claimed.introduction == second
    assert not AskedPair.objects.filter(introduction=second).exists()


@pytest.mark.case("A1")
@pytest.mark.parametrize("kind", ["ask", "details"])
def test_a_second_ask_to_one_side_is_a_sentence(cast: Cast, kind: str) -> None:
    row = row_of(cast.passed())

    @engine.verb
    def write() -> Letter:
        return mailing.write(row, LetterDue(kind, "target", cast.now), "target", now=cast.now)

    refused("asked_already", write)


def test_a_chapter_is_opened_once(cast: Cast) -> None:
    introduction = cast.refused()
    row = row_of(introduction)
    snapshot = record.from_json(row.snapshot)

    @engine.verb
    def open_again() -> front.Outcome:
        return chapters.open_next(row, snapshot, cast.now)

    assert open_again().state is State.WAITING
    refused("chapter", open_again)


@pytest.mark.case("B17")
def test_a_form_that_was_overlooked_is_still_one_request(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def send() -> front.Outcome:
        return front.request(cast.cora.id, REQUEST, now=cast.now, door="form", idempotency_key="k")

    send()
    with monkeypatch.context() as patch:
        patch.setattr(engine, "made_before", lambda *_: None)
        patch.setattr(asking, "_asked_before", lambda *_: None)
        refused("repeat", send)
    assert len(standing()) == 1


def test_a_digest_joins_the_one_that_waits(cast: Cast) -> None:
    for name in ("rita", "rolf"):
        introduction = cast.asked(email=f"{name}@asks.example", name=name)
        cast.answer(introduction, "no")
        cast.now += timedelta(days=31)
    days = list(Letter.objects.filter(kind="digest").values_list("due_at", flat=True))
    assert len(days) == len(set(days))


def test_a_broken_rule_without_a_meaning_is_no_sentence(cast: Cast) -> None:
    introduction = cast.waiting()

    @engine.verb
    def spoil() -> None:
        Introduction.objects.filter(pk=introduction).update(state="asked")

    with pytest.raises(IntegrityError):
        spoil()
    assert state_of(introduction) is State.WAITING


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("journal_seq", "stale", "Somebody was faster. Here is how it stands now."),
        ("asked_pair", "pair", "These two cannot be asked about each other."),
        ("one_ask", "asked_already", "This person was asked already."),
        ("one_details", "asked_already", "This person was asked already."),
        ("one_next_chapter", "chapter", "This was opened again already."),
        ("request_once", "repeat", "This request arrived already."),
    ],
)
def test_each_named_rule_of_the_store_has_its_code_and_its_sentence(
    db: None, monkeypatch: pytest.MonkeyPatch, name: str, code: str, sentence: str
) -> None:
    monkeypatch.setattr(store, "constraint_name", lambda _error: name)

    @engine.verb
    def spoil() -> None:
        raise IntegrityError

    assert refused(code, spoil).sentence == sentence
