"""By hand: Cora copies the text with its link, and sends it her own way."""

import pytest

from tests.journeys.people import Stage

pytestmark = pytest.mark.browser


def test_a_text_that_was_copied_asks_like_a_letter(stage: Stage) -> None:
    rita, tom = stage.rita(), stage.tom()
    rita.asks_for(tom)
    stage.cora.approves(rita.introduction, tom, channel="by_hand")
    text, link = stage.cora.takes_the_text()
    assert link in text
    assert stage.house.url in link

    tom.opens_by(link)
    assert tom.answers("yes") == 200
    stage.house.tick(minutes=10)
    assert tom.address in rita.waits_for("introduction").text
    assert rita.address in tom.waits_for("introduction").text
    assert [one.kind for one in tom.letters()] == ["introduction"]
