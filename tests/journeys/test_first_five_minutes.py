"""The newcomer's walk of docs/first-five-minutes.md, step by step, on a phone: from the start to the first yes."""

import re
import sys

import pytest
from playwright.sync_api import Browser

from tests.journeys.house import House
from tests.journeys.newcomer import Newcomer
from tests.support.parts import ROOT

pytestmark = pytest.mark.browser

WALK = ROOT / "docs" / "first-five-minutes.md"
TOM = {"name": "Tom Winter", "organisation": "Blade Works", "addresses": "tom@winter.example"}
RITA = {
    "name": "Rita Holm",
    "email": "rita@holm.example",
    "target": "Tom Winter of Blade Works",
    "about_me": "I look after wind turbines.",
    "why_them": "His paper describes the damage that we log.",
    "benefit": "Three years of our data, cleaned.",
    "ask": "A call of 20 minutes about which columns he needs.",
}
WORD = {
    "vouch": "I worked with her for two years; she is careful.",
    "vouch_level": "vouch",
    "why_requester": "Tom knows this best.",
    "why_target": "She has the data that you asked for.",
}


def headings() -> list[str]:
    """The numbered steps of the page, but for cloning, which a test of this clone cannot do."""
    return re.findall(r"^## \d+\. (.+)$", WALK.read_text(), re.MULTILINE)[1:]


def test_a_newcomer_plays_all_three_parts_as_the_page_says(house: House, browser: Browser) -> None:
    me = Newcomer(house, browser)
    with me.step("Start it"):
        house.open("--welcome", worker=False)
    with me.step("Come in"):
        me.open(me.way_in())
        assert me.post("login") == 200
        assert me.reads("Nothing waits for you.")
    me.look("walk-empty-desk")
    with me.step("Put somebody into your book"):
        me.goes("Add somebody to your book")
        assert me.post("add_card", TOM) == 200
    with me.step("Ask, as Rita"):
        me.open(f"{house.url}/@first")
        assert me.ask("request", RITA) == 200
    with me.step("Prove Rita's address"):
        me.reads_letter("rita@holm.example", "address")
        me.look("postroom-verify")
        me.presses_its_button()
        assert me.post("verify") == 200
    with me.step("Weigh it, and approve"):
        me.open(f"{house.url}/desk/")
        me.goes("Rita Holm")
        choice = me.form("approve").locator("label", has_text="Tom Winter").locator('input[type="radio"]')
        assert me.post("approve", {**WORD, "target": str(choice.get_attribute("value"))}) == 200
        assert me.reads(WORD["vouch"])
        assert me.post("approve", step="send") == 200
    with me.step("Say yes, as Tom"):
        me.reads_letter("Tom Winter", "May I introduce you to someone?")
        me.look("postroom-ask")
        me.presses_its_button()
        assert me.post("answer", {"answer": "yes", "confirm": "yes"}) == 200
        assert me.reads("You said yes")
    with me.step("Let ten minutes go by"):
        me.goes_to_the_post_room()
        assert me.reads("The ten minutes after Tom Winter's yes are over, and both are introduced")
        me.look("postroom-people")
        assert me.post("tick", to="next") == 200
        me.reads_letter("Rita Holm", "Tom Winter")
        assert "tom@winter.example" in me.page.frame_locator("iframe.frame").locator("body").inner_text()
        me.look("postroom-introduction")
    assert list(me.seconds) == headings()
    sys.stdout.write(f"{me.table()}\n")
    me.leave()


def test_the_page_has_the_very_words_that_are_played_and_a_time_for_each_step() -> None:
    page = " ".join(WALK.read_text().split())
    choices = {"vouch"}
    assert [word for word in {**TOM, **RITA, **WORD}.values() if word not in page and word not in choices] == []
    assert [step for step in headings() if f"| {step} | " not in page] == []


@pytest.mark.case("E12")
def test_an_answer_typed_as_tom_is_kept_and_changes_nothing(house: House, browser: Browser) -> None:
    house.furnish()
    house.open(worker=False)
    me = Newcomer(house, browser)
    me.open(f"{house.url}/@cora")
    assert me.ask("request", RITA) == 200
    me.reads_letter("rita@holm.example", "address")
    assert me.post("answer_as", {"words": "Hello, is this address mine?\nRita"}) == 200
    assert me.reads("arrived; nothing followed from it")
    assert me.reads("Hello, is this address mine? Rita")
    me.look("postroom-answered")
    me.open(f"{house.url}/postroom/")
    assert me.reads("answered by mail")
    assert house.read("requests") == []
    me.leave()
