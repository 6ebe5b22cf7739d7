"""Withdrawn: Rita takes her request back, and what was on its way does not arrive."""

import pytest

from tests.journeys.people import Stage
from tests.journeys.test_asked import THE_DATE, asked

pytestmark = pytest.mark.browser


@pytest.mark.case("A3", "A11")
def test_withdrawn_before_the_ask_leaves_nobody_is_asked(stage: Stage) -> None:
    first, tom = asked(stage)
    assert tom.answers("no") == 200
    # He was asked just now, so the next who wants to meet him waits until the spacing is over.
    stage.house.tick(days=18)
    second = stage.rita()
    second.asks_for(tom)
    stage.cora.approves(second.introduction, tom)
    second.waits_for("on_its_way")
    second.returns()
    assert second.post("withdraw") == 200
    assert second.reads("You withdrew this request")
    second.look("request-withdrawn")

    stage.house.tick(days=THE_DATE)
    assert [one.kind for one in tom.letters()] == ["ask"]
    assert second.letters("not_this_time") == []
    assert first.letters("not_this_time")
    assert stage.cora.finds(second.introduction, "withdrawn")


@pytest.mark.case("A11")
def test_withdrawn_after_the_yes_nobody_is_introduced(stage: Stage) -> None:
    rita, tom = asked(stage)
    assert tom.answers("yes") == 200
    rita.returns()
    assert rita.post("withdraw") == 200
    assert rita.reads("You withdrew this request")

    stage.house.tick(days=THE_DATE)
    assert tom.letters("introduction") == []
    assert rita.letters("introduction") == []
    assert rita.letters("not_this_time") == []
    tom.returns()
    assert tom.reads("no longer needed")
    tom.look("ask-no-longer-needed")
