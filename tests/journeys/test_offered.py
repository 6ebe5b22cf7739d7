"""Offered: Cora thought of it herself, and each of the two is asked in turn."""

import pytest

from tests.journeys.people import Stage
from tests.journeys.test_asked import NOT_THIS_TIME, THE_DATE

pytestmark = pytest.mark.browser


@pytest.mark.case("A1")
def test_an_offer_introduces_two_who_both_say_yes(stage: Stage) -> None:
    first, second = stage.tom(), stage.tom()
    introduction = stage.cora.offers_to(first, second)
    stage.cora.look("desk-offered")
    first.is_asked()
    first.look("offer")
    assert second.letters() == []
    assert first.answers("yes") == 200
    stage.house.tick(minutes=10)
    second.is_asked()
    second.look("offer-second")
    assert second.answers("yes") == 200
    stage.house.tick(minutes=10)
    assert second.address in first.waits_for("introduction").text
    assert first.address in second.waits_for("introduction").text
    assert stage.cora.finds(introduction, "introduced")


@pytest.mark.case("A1")
def test_the_second_no_of_an_offer_is_not_told_to_the_first(stage: Stage) -> None:
    first, second = stage.tom(), stage.tom()
    introduction = stage.cora.offers_to(first, second)
    first.is_asked()
    assert first.answers("yes") == 200
    stage.house.tick(minutes=10)
    second.is_asked()
    assert second.answers("no") == 200
    assert stage.cora.finds(introduction, "did not come about")
    first.waits_for("on_its_way")
    assert first.letters("not_this_time") == []

    stage.house.tick(days=THE_DATE)
    told = first.waits_for("not_this_time")
    assert second.address not in told.raw.decode()
    assert NOT_THIS_TIME.partition(" ")[2] in " ".join(told.text.split())
    assert [one.kind for one in second.letters()] == ["ask"]
    assert first.letters("introduction") == []
