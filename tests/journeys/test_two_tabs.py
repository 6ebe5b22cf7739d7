"""Two tabs: the same page twice, and an answer in each."""

import pytest

from tests.journeys.people import Stage
from tests.journeys.test_asked import asked

pytestmark = pytest.mark.browser


@pytest.mark.case("A26", "E12")
def test_a_yes_from_a_page_that_is_behind_does_not_undo_a_no(stage: Stage) -> None:
    rita, tom = asked(stage)
    behind = tom.new_tab()
    behind.goto(tom.at)
    assert tom.answers("no") == 200

    with tom.in_tab(behind):
        assert tom.answers("yes") == 409
        assert tom.reads("You said no")
        tom.look("ask-moved-on")
    stage.house.tick(minutes=11)
    assert tom.letters("introduction") == []
    assert stage.cora.finds(rita.introduction, "did not come about")


@pytest.mark.case("A6", "A26")
def test_a_no_counts_from_whatever_page_it_comes(stage: Stage) -> None:
    rita, tom = asked(stage)
    tabs = [tom.new_tab(), tom.new_tab()]
    for tab in tabs:
        tab.goto(tom.at)
    assert tom.answers("yes") == 200

    with tom.in_tab(tabs[0]):
        assert tom.answers("later", until=tom.in_days(40).isoformat()) == 409
        assert tom.reads("You said yes")
    with tom.in_tab(tabs[1]):
        assert tom.answers("no") == 200
        assert tom.reads("You said no")
    tom.returns()
    assert tom.reads("You said no")
    stage.house.tick(minutes=11)
    assert tom.letters("introduction") == []
    assert rita.letters("introduction") == []
    assert stage.cora.finds(rita.introduction, "did not come about")


@pytest.mark.case("A26")
def test_the_same_yes_twice_is_one_introduction(stage: Stage) -> None:
    rita, tom = asked(stage)
    behind = tom.new_tab()
    behind.goto(tom.at)
    assert tom.answers("yes") == 200
    with tom.in_tab(behind):
        assert tom.answers("yes") == 200
    stage.house.tick(minutes=11)
    assert len(tom.letters("introduction")) == 1
    assert len(rita.letters("introduction")) == 1
