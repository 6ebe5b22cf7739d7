"""What the target invited for later opens a linked new chapter, if Cora and whoever asked confirm."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.introductions.checks import refused, state_of
from tests.support.cast import APPROVAL, TOM, Cast, frozen
from twoyes.introductions import front
from twoyes.introductions.models import AskedPair, Introduction, JournalEntry
from twoyes.introductions.protocol import State

YES = {"answer": "yes", "confirm": "on"}


def asks(cast: Cast, recipient: str = TOM) -> int:
    return [facts.kind for facts in cast.sent if facts.recipient == recipient].count("ask")


def both_confirm(cast: Cast, introduction: str) -> front.Outcome:
    front.confirm(introduction, actor=cast.desk, now=cast.now)
    return front.confirm(introduction, actor=cast.asker(introduction), now=cast.now)


def deferred(cast: Cast) -> str:
    """Tom said "in forty days", permits the question, and the day has come."""
    introduction = cast.asked()
    until = f"{cast.now + timedelta(days=40):%Y-%m-%d}"
    link, token = cast.page(introduction)
    answer = {"answer": "later", "until": until, "still_looking": "on"}
    front.answer(link, token, answer, now=cast.now)
    cast.pass_time(timedelta(days=41))
    return introduction


def late(cast: Cast) -> str:
    """Tom's yes came after the promised date; he permits the question."""
    introduction = cast.silent()
    cast.pass_time(timedelta(days=16))
    link, token = cast.page(introduction)
    front.answer(link, token, {**YES, "still_looking": "on"}, now=cast.now)
    cast.pass_time(timedelta(days=2))
    return introduction


@pytest.mark.case("A24")
def test_after_later_a_fresh_approval_asks_once_more(cast: Cast) -> None:
    old = deferred(cast)
    assert "still_looking" in [facts.kind for facts in cast.sent if facts.side == "requester"]
    new = both_confirm(cast, old)
    assert (new.state, Introduction.objects.get(pk=new.id).chapter_of) == (State.WAITING, old)
    assert set(AskedPair.objects.values_list("introduction", flat=True)) == {new.id}
    words = {**APPROVAL, "target": cast.tom.id}
    assert front.approve(new.id, words, frozen=frozen(), actor=cast.desk, now=cast.now).state is State.ASKING
    cast.deliver()
    assert asks(cast) == 2
    cast.answer(new.id, "yes")
    cast.pass_time(timedelta(minutes=11))
    assert state_of(new.id) is State.INTRODUCED


@pytest.mark.case("A7")
def test_a_late_yes_opens_an_agreed_chapter_with_its_hold(cast: Cast) -> None:
    old = late(cast)
    assert state_of(old) is State.REFUSED
    new = both_confirm(cast, old)
    assert new.state is State.AGREED
    cast.pass_time(timedelta(minutes=11))
    assert state_of(new.id) is State.INTRODUCED
    assert asks(cast) == 1


@pytest.mark.case("A7")
def test_a_late_yes_alone_does_nothing(cast: Cast) -> None:
    old = late(cast)
    front.confirm(old, actor=cast.desk, now=cast.now)
    refused("confirmed_already", lambda: front.confirm(old, actor=cast.desk, now=cast.now))
    cast.pass_time(timedelta(days=30))
    assert Introduction.objects.count() == 1


def test_nothing_is_confirmed_that_nobody_invited(cast: Cast) -> None:
    introduction = cast.refused()
    refused("nothing_to_confirm", lambda: front.confirm(introduction, actor=cast.desk, now=cast.now))
    refused("ended", lambda: front.confirm(introduction, actor=cast.asker(introduction), now=cast.now))


@pytest.mark.case("A1")
def test_a_refused_ask_of_a_chapter_does_not_free_the_pair(cast: Cast) -> None:
    """Tom was asked once in the old chapter, so the pair stays used although the second ask did not arrive."""
    new = both_confirm(cast, deferred(cast))
    words = {**APPROVAL, "target": cast.tom.id}
    front.approve(new.id, words, frozen=frozen(), actor=cast.desk, now=cast.now)
    cast.deliver("refused", code=550)
    assert state_of(new.id) is State.UNDELIVERABLE
    assert AskedPair.objects.exists()
    cast.pass_time(timedelta(days=31))
    again = cast.asking(target="Tom T.")
    assert state_of(again) is State.REFUSED


# --- of an offer ----------------------------------------------------------------------------------------------------


def offered_later(cast: Cast, side: str) -> str:
    introduction = cast.offered() if side == "first" else cast.offered_second()
    until = f"{cast.now + timedelta(days=40):%Y-%m-%d}"
    cast.answer(introduction, "later", side=side, until=until, still_looking="on")
    cast.pass_time(timedelta(days=41))
    return introduction


@pytest.mark.case("A1")
def test_a_first_side_that_said_later_is_asked_again_and_then_the_second(cast: Cast) -> None:
    old = offered_later(cast, "first")
    new = front.confirm(old, actor=cast.desk, now=cast.now)
    assert new.state is State.WAITING
    front.approve(new.id, APPROVAL, frozen=frozen("once more"), actor=cast.desk, now=cast.now)
    cast.deliver()
    assert (asks(cast, "rita@asks.example"), asks(cast)) == (2, 0)
    cast.answer(new.id, "yes", side="first")
    cast.pass_time(timedelta(minutes=11))
    assert asks(cast) == 1


@pytest.mark.case("A1", "A12")
def test_a_late_yes_of_the_first_side_still_asks_the_second(cast: Cast) -> None:
    introduction = cast.offered()
    cast.pass_time(timedelta(days=12))
    cast.answer(introduction, "yes", side="first")
    new = front.confirm(introduction, actor=cast.desk, now=cast.now)
    assert new.state is State.ASKING
    cast.pass_time(timedelta(days=1))
    assert "introduction" not in [facts.kind for facts in cast.sent]
    assert (asks(cast, "rita@asks.example"), asks(cast)) == (1, 1)


def test_a_chapter_begins_with_what_it_follows(cast: Cast) -> None:
    new = both_confirm(cast, deferred(cast))
    entry = JournalEntry.objects.get(introduction_id=new.id)
    assert (entry.event, entry.role, entry.door) == ("continued", "connector", "chapter")
    page = front.desk_page(cast.cora.id, new.id, cast.now)
    assert page is not None
    assert page.words["target"] == "Tom Target of Blade Works"
