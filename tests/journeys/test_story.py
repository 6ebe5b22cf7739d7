"""A house that is in use, one press away from the empty one, and one press until nothing is left of it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.house import House
from tests.journeys.newcomer import Newcomer
from tests.journeys.postroom import eventually

pytestmark = pytest.mark.browser

AGES = 60_000
STATES = (
    "address not proved", "waits for you", "a talk first", "back with them", "being asked", "all said yes",
    "introduced", "in touch", "details passed on", "asked what happened", "closed",
    "never told what happened", "declined", "lapsed", "did not come about", "could not be reached", "not now",
    "withdrawn",
)  # fmt: skip


def gone(place: str) -> bool:
    return not Path(place).exists()


def test_a_newcomer_looks_around_and_throws_it_away(house: House, browser: Browser) -> None:
    house.open("--welcome", worker=False)
    me = Newcomer(house, browser)
    me.open(me.way_in())
    assert me.post("login") == 200
    me.open(f"{house.url}/postroom/")
    me.look("postroom-empty")
    assert me.post("open_story") == 200
    me.look("story-being-told")
    me.page.wait_for_url(re.compile(r"http://localhost:\d+/postroom/story/"), timeout=AGES)
    place = (house.data / "story" / "house").read_text()
    there = me.page.url.partition("/postroom/")[0]
    me.look("story")
    assert {found.strip().lower() for found in me.page.locator(".who h3").all_inner_texts()} == set(STATES)

    me.open(f"{there}/postroom/")
    assert me.page.locator("details.person").count() > 20
    me.look("story-postroom")
    assert me.post("sit", handle="maren") == 200
    assert me.post("login") == 200
    assert me.reads("Dawit Sorenson")
    me.look("story-desk")

    # Two houses, two desks: whoever sat down there is still at home here, at an empty desk.
    me.open(f"{house.url}/desk/")
    assert me.reads("Nothing waits for you.")
    assert house.read("requests") == []
    assert [path.name for path in (house.data / "postroom").glob("*.eml")] == []
    me.open(f"{house.url}/postroom/")
    assert me.post("throw_away") == 200
    assert eventually(lambda: gone(place), patience=60)
    me.open(f"{house.url}/postroom/")
    assert me.offers("open_story")
    me.leave()


def test_it_goes_with_the_house_that_it_stands_beside(house: House, browser: Browser) -> None:
    house.open("--welcome", worker=False)
    me = Newcomer(house, browser)
    me.open(f"{house.url}/postroom/")
    assert me.post("open_story") == 200
    file = house.data / "story" / "house"
    assert eventually(file.exists, patience=30)
    place = file.read_text()
    me.leave()
    assert house.stop("serve") == 0
    assert gone(place)
    assert not file.exists()
