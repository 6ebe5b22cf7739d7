"""A comma between codes, whose words stay, and who confirms: what the pages rely on, at the verbs themselves."""

from __future__ import annotations

from datetime import timedelta

from tests.introductions.checks import events, last_actor, nothing_here
from tests.support.cast import Cast
from twoyes.introductions import front
from twoyes.introductions.models import Introduction
from twoyes.lib import sealing


def test_findings_are_named_with_commas_or_spaces(cast: Cast) -> None:
    introduction = cast.waiting()
    front.return_(introduction, {"codes": "no_why,vague_ask", "words": ""}, actor=cast.desk, now=cast.now)
    kept = sealing.get_json(Introduction.objects.get(pk=introduction), "consolation")
    assert kept["codes"] == "no_why vague_ask"


def test_what_the_first_side_wrote_stays_when_the_connector_notes_what_the_second_said(cast: Cast) -> None:
    introduction = cast.offered()
    cast.answer(introduction, "yes", side="first", comment="With pleasure.")
    cast.pass_time(timedelta(minutes=11))
    noted = {"answer": "no", "how": "At lunch."}
    front.note_answer(introduction, noted, actor=cast.desk, now=cast.now)
    kept = sealing.get_json(Introduction.objects.get(pk=introduction), "answer_words")
    assert "With pleasure." in kept.values()
    assert "At lunch." in kept.values()


def test_the_first_side_says_on_their_page_that_they_still_wish_it(cast: Cast) -> None:
    introduction = cast.offered_second()
    until = f"{cast.now + timedelta(days=40):%Y-%m-%d}"
    cast.answer(introduction, "later", side="second", until=until, still_looking="on")
    cast.pass_time(timedelta(days=45))
    link, token = cast.page(introduction, "first")
    nothing_here(lambda: front.confirm_first(link, token[::-1], now=cast.now))
    front.confirm_first(link, token, now=cast.now)
    assert events(introduction)[-1] == "confirm"
    assert last_actor(introduction)[0] == "requester"


def test_nor_does_a_target_confirm_for_whoever_asked(cast: Cast) -> None:
    introduction = cast.deferred()
    link, token = cast.page(introduction)
    nothing_here(lambda: front.confirm_first(link, token, now=cast.now))
