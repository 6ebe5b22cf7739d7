"""Afterwards: a missed date with amends, and a word that is owed, which blocks until it is told (F4, F5, K5)."""

import pytest

from tests.journeys.people import WORDS, Stage
from tests.journeys.test_asked import asked
from tests.journeys.test_house_rules import chooses
from tests.journeys.test_pasted import tom_in_the_book_of

pytestmark = pytest.mark.browser


def test_who_missed_a_date_reads_it_first_and_makes_amends(stage: Stage) -> None:
    rita, tom = asked(stage)
    assert tom.answers("yes", zone="Asia/Tokyo") == 200
    stage.house.tick(minutes=10)
    tom.follows(tom.waits_for("introduction"))
    stage.house.tick(days=1)
    assert "They are on your clock (Asia/Tokyo)." in rita.waits_for("reply_now").text

    tom.look("how-it-went")
    assert tom.post("how_it_went", {"outcome": "no_show_them", "comment": "I waited for an hour."}) == 200
    letter = rita.waits_for("amends")
    assert "an hour" not in letter.text
    rita.follows(letter)
    assert rita.reads("It is said that you missed a date")
    rita.look("amends")
    assert rita.post("amends", {"answer": "made_good", "words": "We met a day later."}) == 200
    assert not rita.reads("It is said that you missed a date")
    stage.cora.open(f"{stage.house.url}/desk/introductions/{rita.introduction}/")
    assert stage.cora.reads("I made it good")
    assert stage.cora.reads("We met a day later.")
    stage.cora.look("desk-amends")


def test_a_word_that_is_owed_blocks_the_next_request_and_no_more_once_it_is_told(stage: Stage) -> None:
    nora, rita = stage.nora(), stage.rita()
    tom, other = tom_in_the_book_of(nora, stage), tom_in_the_book_of(nora, stage)
    chooses(nora, outcome_owed="yes", outcome_owed_strength="blocker")
    rita.asks_for(tom, at=nora.handle)
    first = rita.introduction
    nora.approves(first, tom)
    tom.is_asked()
    assert tom.answers("yes") == 200
    stage.house.tick(minutes=10)
    stage.house.tick(days=23)
    owed = rita.waits_for("what_happened")

    # She proved her address in this browser three weeks ago, and is not asked to do so again.
    rita.open(f"{stage.house.url}/@{nora.handle}")
    rita.fill("request", name=rita.name, email=rita.address, target=other.name, **WORDS)
    stage.house.next_day()
    assert rita.post("request") == 200
    second = rita.waits_for("received", 2).introduction
    nora.weighs(second)
    assert nora.reads("Your rule: it blocks until you set it aside.")
    nora.look("desk-owed")
    rita.follows(owed)
    rita.look("request-owed")
    assert rita.post("outcome", {"outcome": "met", "words": "A good talk."}) == 200
    nora.approves(second, other)
    other.is_asked()
