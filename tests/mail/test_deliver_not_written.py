"""A letter that cannot be written, or whose result cannot: what is tried again, what ends, and who hears of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from tests.introductions.sending import claim
from tests.support.cast import TOM, Cast
from twoyes.introductions import front as introductions
from twoyes.introductions.models import Introduction, JournalEntry, Letter, SendAttempt
from twoyes.introductions.protocol import State
from twoyes.lib import limits, sealing
from twoyes.mail.front import Manner, deliver_one
from twoyes.mail.outgoing import compose
from twoyes.mail.outgoing.deliver import HALTED, Following
from twoyes.mail.outgoing.memory import MemoryTransport
from twoyes.mail.outgoing.transport import Envelope, Verdict
from twoyes.people import front as people

WARNED = "Letter {letter} ({kind}) cannot be written: {code}."


def delivered(cast: Cast, claimed: introductions.Claimed, relay: MemoryTransport) -> str:
    return deliver_one(claimed, relay, lambda: cast.now, manner=Manner(sleep=lambda _: None))


def letter(claimed: introductions.Claimed) -> Letter:
    return Letter.objects.get(pk=claimed.letter)


# --- not written ----------------------------------------------------------------------------------------------------


def test_an_ask_whose_text_was_altered_is_parked_and_the_desk_hears_why(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    made, relay = cast.asking(), MemoryTransport()
    claimed = claim(cast, "ask")
    row = letter(claimed)
    sealing.put_json(row, "text", {**(sealing.get_json(row, "text") or {}), "text": "Something else.\n\n{page}\n"})
    row.save()
    cast.now += timedelta(minutes=1)
    assert delivered(cast, claimed, relay) == "parked"
    assert (relay.accepted, cast.state(made), letter(claimed).at) == ([], State.WAITING, cast.now)
    assert JournalEntry.objects.filter(introduction=made).latest("seq").data["cause"] == "text"
    assert WARNED.format(letter=claimed.letter, kind="ask", code="text_changed") in caplog.text


@pytest.mark.parametrize(("code", "recipient"), [("no_recipient", ""), ("bad_address", "no address at all")])
def test_a_letter_that_nobody_can_get_ends_and_says_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: str, recipient: str
) -> None:
    made, relay = cast.waiting(), MemoryTransport()
    introductions.decline(made, {"reason": "No."}, actor=cast.desk, now=cast.now)
    claimed = claim(cast, "declined")
    if not recipient:
        Introduction.objects.filter(pk=made).update(requester=b"")
    known = introductions.facts

    def facts(pk: str) -> introductions.LetterFacts:
        return replace(known(pk), recipient=recipient)

    with monkeypatch.context() as patch:
        patch.setattr(introductions, "facts", facts)
        cast.now += timedelta(minutes=1)
        assert delivered(cast, claimed, relay) == "failed"
    assert (letter(claimed).reply, letter(claimed).at) == (f"not written: {code}", cast.now)
    assert relay.accepted == []
    assert WARNED.format(letter=claimed.letter, kind="declined", code=code) in caplog.text


def test_an_ask_to_a_card_without_an_address_is_undeliverable_and_cora_is_told(cast: Cast) -> None:
    made, relay = cast.asking(), MemoryTransport()
    claimed = claim(cast, "ask")
    people.edit_card(cast.cora.id, cast.tom.id, addresses=[])
    assert delivered(cast, claimed, relay) == "failed"
    assert cast.state(made) is State.UNDELIVERABLE
    assert "trouble:connector" in cast.deliver()


def test_a_letter_without_the_key_of_its_page_is_put_off_and_not_given_up(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    made, relay = cast.asking(), MemoryTransport()
    claimed = claim(cast, "ask")
    row = letter(claimed)
    key = row.token
    row.token = b""
    row.save()
    assert delivered(cast, claimed, relay) == "queued"
    assert cast.state(made) is State.ASKING
    assert letter(claimed).reply == "not written: no_link"
    wait = letter(claimed).due_at - cast.now
    assert limits.BACKOFF_FIRST * 0.8 <= wait <= limits.BACKOFF_FIRST * 1.2
    assert WARNED.format(letter=claimed.letter, kind="ask", code="no_link") in caplog.text
    Letter.objects.filter(pk=claimed.letter).update(token=key)
    cast.now = letter(claimed).due_at
    assert delivered(cast, claim(cast, "ask"), relay) == "sent"


def test_the_letter_is_dated_with_the_minute_in_which_it_leaves(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.asking()
    claimed, envelope, dated = claim(cast, "ask"), compose.envelope, list[object]()

    def dating(facts: introductions.LetterFacts, at: datetime) -> Envelope:
        dated.append(at)
        return envelope(facts, at)

    with monkeypatch.context() as patch:
        patch.setattr(compose, "envelope", dating)
        delivered(cast, claimed, MemoryTransport())
    assert dated == [cast.now]


# --- not passed -----------------------------------------------------------------------------------------------------


def test_why_a_letter_stays_stands_in_the_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    made, relay = cast.asking(), MemoryTransport()
    claimed = claim(cast, "ask")

    class Slow(MemoryTransport):
        def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
            introductions.withdraw(made, actor=cast.desk, now=cast.now)
            return super().send(envelope, point_of_no_return=point_of_no_return)

    with caplog.at_level(logging.INFO):
        assert delivered(cast, claimed, Slow()) == "parked"
    assert f"Letter {claimed.letter} (ask) stays: lost." in caplog.text
    assert relay.accepted == []


@pytest.mark.parametrize(
    ("script", "said", "in_a_row"),
    [("accept", "sent 250", False), ("accept", "sent 250", True), ("refuse_rcpt", "refused 550", False)],
)
def test_what_became_of_each_letter_stands_in_the_log_and_no_address_does(
    cast: Cast, caplog: pytest.LogCaptureFixture, script: str, said: str, *, in_a_row: bool
) -> None:
    cast.asking()
    claimed, relay = claim(cast, "ask"), MemoryTransport(lambda _: script)
    following = Following(lambda: True) if in_a_row else None
    with caplog.at_level(logging.INFO):
        deliver_one(claimed, relay, lambda: cast.now, following=following)
    assert f"Letter {claimed.letter} (ask): {said}." in caplog.text
    assert TOM not in caplog.text


# --- the result cannot be written -----------------------------------------------------------------------------------


@pytest.mark.case("B9")
@pytest.mark.parametrize(
    ("verb", "script", "state"),
    [("settle", "accept", "sent"), ("settle_and_claim", "accept", "sent"), ("halt", "", HALTED)],
)
def test_whatever_the_relay_said_is_written_as_soon_as_the_store_lets_us_and_sent_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, verb: str, script: str, state: str
) -> None:
    cast.asking()
    claimed, slept, fails = claim(cast, "ask"), list[float](), iter([True, True, False])
    write, relay = getattr(introductions, verb), Refusing() if verb == "halt" else MemoryTransport(lambda _: script)

    def failing(*given: Any, **more: Any) -> Any:
        if next(fails):
            raise OperationalError("disk I/O error")
        return write(*given, **more)

    following = Following(lambda: True) if verb == "settle_and_claim" else None
    with monkeypatch.context() as patch:
        patch.setattr(introductions, verb, failing)
        manner = Manner(sleep=slept.append)
        assert deliver_one(claimed, relay, lambda: cast.now, manner=manner, following=following) == state
    assert (len(slept), len(relay.accepted)) == (2, 0 if verb == "halt" else 1)
    assert slept == sorted(slept)
    assert letter(claimed).state == ("queued" if verb == "halt" else "sent")
    if following is not None:
        taken = following.take()
        assert taken is not None
        assert (letter(taken).state, taken.kind) == ("claimed", "on_its_way")
        assert following.take() is None


class Refusing(MemoryTransport):
    """A relay that does not let us in."""

    def send(self, envelope: Envelope, *, point_of_no_return: Callable[[], None]) -> Verdict:
        return Verdict("temporary", 535, "5.7.8 bad credentials", before_dot=True, halt=True)


@pytest.mark.case("C10")
def test_a_relay_that_does_not_let_us_in_is_named_in_the_log_and_to_every_worker(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    cast.asking()
    claimed = claim(cast, "ask")
    assert delivered(cast, claimed, Refusing()) == HALTED
    assert "the relay does not let us in: 535 5.7.8 bad credentials" in caplog.text
    halt = introductions.last_halt()
    assert halt is not None
    assert (halt.at, halt.code, halt.text) == (cast.now, 535, "5.7.8 bad credentials")
    assert SendAttempt.objects.get(letter=claimed.letter).phase == "temporary"


def test_no_letter_is_claimed_by_the_way_where_none_is_wanted_or_the_last_did_not_go(cast: Cast) -> None:
    cast.asking()
    wanted = Following(lambda: True)
    put_off = deliver_one(
        claim(cast, "ask"), MemoryTransport(lambda _: "later_dot"), lambda: cast.now, following=wanted
    )
    assert (put_off, wanted.claimed) == ("queued", None)
    unwanted = Following(lambda: False)
    assert deliver_one(claim(cast, "on_its_way"), MemoryTransport(), lambda: cast.now, following=unwanted) == "sent"
    assert unwanted.claimed is None
    assert TOM not in [facts.recipient for facts in cast.sent]


@pytest.mark.case("B9")
def test_half_a_minute_is_spent_on_writing_a_result_down_and_then_the_reaper_has_the_last_word(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.asking()
    claimed, slept = claim(cast, "ask"), list[float]()

    def failing(*_given: Any, **_more: Any) -> str:
        raise OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(introductions, "settle", failing)
        with pytest.raises(OperationalError):
            deliver_one(claimed, MemoryTransport(), lambda: cast.now, manner=Manner(sleep=slept.append))
    assert 29 < sum(slept) < 30
    assert slept[0] < 0.2, "the first time at once, since most trouble passes"
    assert letter(claimed).state == "xmit"
