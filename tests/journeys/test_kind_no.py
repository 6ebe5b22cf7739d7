"""A kind no in German, with a day to come back: four presses, no word typed, one letter on that day, and back."""

from datetime import timedelta

import pytest

from tests.journeys.people import WORDS, Stage

pytestmark = pytest.mark.browser


def test_a_no_with_a_day_is_four_presses_and_leads_back_on_that_day(stage: Stage) -> None:
    rita, cora = stage.rita(), stage.cora
    rita.asks_for(stage.tom(), words={**WORDS, "language": "de"})
    page = cora.page
    cora.open(f"{stage.house.url}/desk/")
    page.locator(f'main a[href="/desk/introductions/{rita.introduction}/"]').first.click()  # 1
    page.locator("#decline > summary").click()  # 2
    page.locator("#no-why-too_soon").click()  # 3
    page.locator("#no-letter pre").wait_for()
    read = page.locator("#no-letter pre").inner_text()
    assert "Für diese Vorstellung ist es zu früh." in read
    cora.look("no-composed")
    # Three presses; it could be sent with the fourth. What is typed stands in the letter at once, and stays whatever
    # else is chosen.
    page.locator("#decline-stay_in_touch").fill("Grüßen Sie mir den Hafen.")
    page.locator("#no-letter pre", has_text="Grüßen Sie mir den Hafen.").wait_for()
    page.locator("#no-tone-indirect").click()
    page.locator("#no-letter pre", has_text="Alles hat seine Zeit").wait_for()
    assert page.locator("#decline-stay_in_touch").input_value() == "Grüßen Sie mir den Hafen."
    assert cora.post("decline") == 200  # the fourth, had no other tone been tried
    assert cora.reads("Declined.")
    letter = rita.waits_for("declined")
    assert "Alles hat seine Zeit" in letter.text
    rita.returns()
    rita.look("request-declined-with-a-day")

    day = stage.house.now() + timedelta(days=90)
    stage.house.tick(days=91)
    rita.follows(rita.waits_for("still_looking"))
    assert rita.post("confirm") == 200
    stage.house.tick(days=1)
    assert len(rita.letters("still_looking")) == 1
    assert stage.house.now() > day
    cora.open(f"{stage.house.url}/desk/")
    assert cora.reads(rita.name)
    cora.open(f"{stage.house.url}/desk/noes/log")
    assert cora.reads("came back")
    cora.look("noes-log")
