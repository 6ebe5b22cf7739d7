"""Asked for: what becomes of Rita's request, by what Tom answers and when."""

import pytest

from tests.journeys.people import Rita, Stage, Tom

pytestmark = pytest.mark.browser

ON_ITS_WAY = "is willing and takes it from here"
NOT_THIS_TIME = "It will not come about this time"
# The ask's own ten days, fourteen more, and a part of a day.
THE_DATE = 26


def asked(stage: Stage) -> tuple[Rita, Tom]:
    """Let Rita ask for Tom, and Cora approve; the ask is with Tom, and open in his browser."""
    rita, tom = stage.rita(), stage.tom()
    rita.asks_for(tom)
    stage.cora.approves(rita.introduction, tom)
    tom.is_asked()
    assert rita.is_told(ON_ITS_WAY)
    return rita, tom


def knows(rita: Rita, tom: Tom) -> bool:
    """Say whether anything that Rita was sent, or her page, has Tom's address in it."""
    rita.returns()
    shown = rita.page.content() + "".join(letter.raw.decode() for letter in rita.letters())
    return tom.address in shown


@pytest.mark.case("E1", "E4")
def test_a_yes_introduces_both_to_each_other(stage: Stage) -> None:
    rita, tom = asked(stage)
    tom.look("ask")
    assert not knows(rita, tom)
    assert rita.address not in tom.page.content()
    assert tom.answers("yes") == 200
    assert tom.reads("You said yes")
    tom.look("ask-yes")
    assert rita.is_told(ON_ITS_WAY)
    assert tom.letters("introduction") == []

    stage.house.tick(minutes=10)
    to_rita, to_tom = rita.waits_for("introduction"), tom.waits_for("introduction")
    assert tom.address in to_rita.text
    assert rita.address in to_tom.text
    assert rita.is_told("You are introduced")
    rita.look("request-introduced")
    tom.returns()
    assert tom.reads("You are introduced")
    tom.look("ask-introduced")

    assert rita.post("wrote") == 200
    assert rita.reads("You are in touch")
    stage.house.tick(days=14)
    rita.follows(rita.waits_for("what_happened"))
    rita.look("request-outcome")
    assert rita.post("outcome", {"outcome": "met", "words": "We start in May."}) == 200
    assert stage.cora.finds(rita.introduction, "closed")
    assert [one.kind for one in tom.letters()] == ["ask", "introduction"]


@pytest.mark.case("A5")
def test_a_no_ends_it_and_she_hears_only_on_the_date(stage: Stage) -> None:
    rita, tom = asked(stage)
    assert tom.answers("no") == 200
    assert tom.reads("You said no")
    tom.look("ask-no")
    stage.house.tick(days=1)
    assert rita.is_told(ON_ITS_WAY)
    assert rita.letters("not_this_time") == []

    stage.house.tick(days=THE_DATE)
    rita.waits_for("not_this_time")
    assert rita.is_told(NOT_THIS_TIME)
    rita.look("request-not-this-time")
    assert not knows(rita, tom)
    assert [one.kind for one in tom.letters()] == ["ask"]
    assert stage.cora.finds(rita.introduction, "did not come about")


@pytest.mark.case("A4")
def test_silence_is_a_no_that_nobody_reminds_of(stage: Stage) -> None:
    rita, tom = asked(stage)
    stage.house.tick(days=11)
    assert stage.cora.finds(rita.introduction, "did not come about")
    assert rita.is_told(ON_ITS_WAY)
    stage.house.tick(days=THE_DATE - 11)
    rita.waits_for("not_this_time")
    assert rita.is_told(NOT_THIS_TIME)
    assert [one.kind for one in tom.letters()] == ["ask"]
    tom.returns()
    tom.look("ask-ended")


@pytest.mark.case("A24")
def test_later_is_a_new_chapter_once_all_want_it(stage: Stage) -> None:
    rita, tom = asked(stage)
    later = tom.in_days(40)
    assert tom.answers("later", until=later.isoformat(), still_looking="yes") == 200
    assert tom.reads("You said not now")
    tom.look("ask-later")
    stage.house.tick(days=THE_DATE)
    rita.waits_for("not_this_time")
    stage.house.tick(days=41 - THE_DATE)

    rita.follows(rita.waits_for("still_looking"))
    rita.look("request-still-looking")
    assert rita.post("confirm") == 200
    stage.cora.weighs(rita.introduction)
    stage.cora.look("desk-still-looking")
    assert stage.cora.post("confirm") == 200
    stage.cora.approves(stage.cora.next_chapter(rita), tom)
    tom.is_asked(number=2)
    assert tom.answers("yes") == 200
    stage.house.tick(minutes=10)
    assert tom.address in rita.waits_for("introduction").text
    assert [one.kind for one in tom.letters()] == ["ask", "ask", "introduction"]


@pytest.mark.case("E1")
def test_their_details_go_to_him_alone_and_a_yes_may_follow(stage: Stage) -> None:
    rita, tom = asked(stage)
    assert tom.answers("their_details") == 200
    assert rita.address in tom.waits_for("details").text
    tom.look("ask-details")
    assert rita.is_told(ON_ITS_WAY)
    assert not knows(rita, tom)

    tom.returns()
    assert tom.answers("yes") == 200
    stage.house.tick(minutes=10)
    assert tom.address in rita.waits_for("introduction").text
    assert [one.kind for one in tom.letters()] == ["ask", "details", "introduction"]


def test_a_yes_taken_back_is_no_yes_and_may_be_given_again(stage: Stage) -> None:
    rita, tom = asked(stage)
    assert tom.answers("yes") == 200
    assert tom.post("undo") == 200
    assert stage.cora.finds(rita.introduction, "being asked")
    stage.house.tick(minutes=11)
    assert tom.letters("introduction") == []
    assert rita.letters("introduction") == []

    tom.returns()
    assert tom.answers("yes") == 200
    stage.house.tick(minutes=10)
    assert len(tom.letters("introduction")) == 1
    assert len(rita.letters("introduction")) == 1
