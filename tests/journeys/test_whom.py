"""From a mailbox that comes in by a page to whom to ask, and to the way as it is drawn in the picture."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import combinations
from zlib import crc32

import pytest
from playwright.sync_api import FilePayload

from tests.journeys.browsing import PHONE
from tests.journeys.people import Nora, Stage
from tests.network.histories import BEGIN, mail

pytestmark = pytest.mark.browser

PATIENCE = 60.0
# Three circles: whom Nora writes with comes first in each.
CIRCLES = (
    "Kim Berg, Ole Dahl, Mia Fels, Sam Gron, Eva Lund",
    "Ida Holm, Jon Rud, Pia Stad, Max Wald",
    "Lea Mann, Tor Elm, Una Feld",
)
FAR = "Tom Target"


def of(name: str) -> str:
    return f"{name} <{name.partition(' ')[0].lower()}@circle.example>"


def letters(one: str, other: str, weeks: int, *, cc: str = "") -> str:
    """So many letters, one a week, to and fro by turns."""
    ends = (one, other), (other, one)
    ident, today = crc32(f"{one}{other}".encode()), (datetime.now(UTC) - BEGIN).days
    return "".join(
        mail(*ends[week % 2], day=today - 1 - 7 * week, cc=cc, ident=f"{ident}.{week}@m.example")
        for week in range(weeks)
    )


def mailbox(nora: Nora) -> bytes:
    """Nora's mail of a year: with a few of each circle, among whom others write with her in copy."""
    me, told = f"{nora.name} <{nora.address}>", []
    for weight, circle in zip((40, 24, 12), CIRCLES, strict=True):
        names = circle.split(", ")
        told += [letters(me, of(name), weight // (1 + place)) for place, name in enumerate(names)]
        told += [letters(of(one), of(other), 8, cc=me) for one, other in combinations(names, 2)]
    told.append(letters(of("Kim Berg"), of(FAR), 30, cc=me))
    told.append(letters(of("Mia Fels"), of(FAR), 4, cc=me))
    told.append(letters(of("Sam Gron"), of("Rik Amt"), 20, cc=me))
    told.append(letters(of("Rik Amt"), of(FAR), 20, cc=me))
    told.append(letters(of("Eva Lund"), of("Ida Holm"), 6, cc=me))
    return "".join(told).encode()


def upload(nora: Nora) -> None:
    """Bring the mailbox in, and wait until all of it is worked out."""
    nora.open(f"{nora.house.url}/desk/history/")
    file: FilePayload = {"name": "Sent.mbox", "mimeType": "application/mbox", "buffer": mailbox(nora)}
    nora.page.set_input_files("#file", file)
    nora.page.get_by_role("button", name="Import").click()
    nora.page.get_by_text("messages are accounted for.").wait_for(timeout=PATIENCE * 1000)
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late:
        nora.open(f"{nora.house.url}/desk/whom/")
        if nora.reads("Worked out on"):
            return
        time.sleep(0.5)
    raise AssertionError("the ways were never worked out")


@pytest.mark.slow(30)
def test_from_a_mailbox_to_whom_to_ask_and_a_way_that_is_drawn(stage: Stage) -> None:
    nora = stage.nora()
    assert nora.size == PHONE
    nora.open(f"{nora.house.url}/desk/whom/")
    nora.look("whom-nothing-yet")
    upload(nora)

    # Whom she writes with is found while she types; whom she was only copied with, by the address.
    nora.page.locator("#who").press_sequentially("kim be")
    nora.page.locator("#found a", has_text="Kim Berg").wait_for()
    nora.look("whom-typing")
    nora.page.locator("#found a", has_text="Kim Berg").click()
    nora.page.get_by_role("heading", name="You know them yourself").wait_for()
    nora.page.locator("#who").fill("tom@circle.example")
    nora.page.get_by_role("button", name="Show the ways").click()
    nora.page.get_by_role("heading", name=f"Ways to {FAR}").wait_for()
    told = nora.page.locator("h3").all_inner_texts()
    assert told[:2] == ["You know them yourself, though not well", "Ask Kim Berg"]
    # These two are as warm as each other, more or less, from one day to the next.
    assert sorted(told[2:]) == ["Ask Mia Fels", "Ask Rik Amt"]
    assert nora.reads("Kim Berg and Tom Target wrote to each other in 15 different weeks that you saw")
    assert "@" not in nora.page.locator("#found").inner_text()
    nora.look("whom-ways")
    nora.page.get_by_role("link", name="Also over two introductions").click()
    nora.page.get_by_role("heading", name="Over two introductions").wait_for()
    assert nora.page.locator("#two h3").all_inner_texts() == ["Ask Sam Gron for Rik Amt"]
    assert nora.reads("The first, by Sam Gron, asks only Rik Amt; Tom Target hears of nothing")
    nora.look("whom-two")

    # The way in the picture, of which each dot leads to a card, by keyboard too.
    nora.page.get_by_role("link", name="This way in the picture").nth(1).click()
    nora.page.get_by_role("heading", name=f"The way to {FAR}").wait_for()
    assert nora.page.locator("svg path.way").count() == 1
    assert nora.page.locator("svg .dot.way").count() == 3
    assert nora.page.locator("svg a.dot").count() == 12
    nora.look("picture-way")
    nora.page.get_by_text("The same as a table", exact=True).click()
    assert nora.page.locator("table.network tbody tr td:first-child").count() == 13
    nora.look("picture-table")
    nora.open(f"{nora.house.url}/desk/picture/")
    nora.look("picture")
    nora.page.locator("svg a.dot", has_text="Kim Berg").focus()
    nora.page.keyboard.press("Enter")
    nora.page.get_by_role("heading", name="Kim Berg").wait_for()
    nora.look("card-with-ways")

    # From the card to the ways, and from a way to an introduction that begins with her.
    nora.page.get_by_role("link", name="Who could introduce me?").click()
    nora.page.get_by_role("link", name="Introduce somebody to Kim Berg").first.click()
    assert nora.page.locator('input[name="first"]:checked + span').inner_text() == "Kim Berg"


@pytest.mark.slow(20)
def test_what_is_stale_says_so_and_is_worked_out_anew_at_a_press(stage: Stage) -> None:
    nora = stage.nora()
    upload(nora)
    nora.open(f"{nora.house.url}/desk/people/")
    assert nora.post("add_card", {"name": "Vera Vik"}) == 200
    nora.open(f"{nora.house.url}/desk/picture/")
    assert nora.page.locator("svg a.dot", has_text="Vera Vik").count() == 0
    nora.look("picture-stale")
    assert nora.post("rebuild") == 200
    nora.page.locator("svg a.dot", has_text="Vera Vik").wait_for(timeout=PATIENCE * 1000, state="attached")
    nora.page.get_by_text("Worked out on").wait_for()
    assert nora.page.get_by_role("button", name="Work it out anew").count() == 0


@pytest.mark.slow(30)
def test_on_a_request_stand_both_people_and_what_is_between_them_on_one_screen(stage: Stage) -> None:
    nora = stage.nora()
    desk = f"{nora.house.url}/desk/"
    for name, address in (("Kim Berg", "kim@elsewhere.example"), ("Vera Vik", "vera@elsewhere.example")):
        nora.open(f"{desk}people/")
        assert nora.post("add_card", {"name": name, "addresses": address}) == 200
    nora.open(f"{desk}history/")
    assert nora.post("topics") == 200
    nora.look("history-topics-on")
    upload(nora)
    # Whoever is the same was looked for by itself, after the graph was made.
    late = time.monotonic() + PATIENCE
    while not nora.reads("Two cards of your book may be the same person.") and time.monotonic() < late:
        time.sleep(0.5)
        nora.open(desk)
    nora.look("desk-hint")
    with nora.page.expect_navigation():
        nora.page.get_by_role("button", name="Look at them").click()
    nora.look("same-unasked")
    assert nora.page.locator("input[name=which]").count() == 1

    for target, sights in (("Mia Fels", ["seen", "seen", "seen"]), ("Vera Vik", ["seen", "not_seen", "not_seen"])):
        nora.open(f"{desk}paste/")
        asked = {"message": f"Could I meet {target}?", "name": "Kim Berg", "email": "kim@circle.example"}
        assert nora.post("paste", {**asked, "target": target}) == 200
        assert nora.post("draft") == 200
        known = nora.page.locator("#known")
        assert known.locator(".side h3").count() == 3
        told = known.locator(".side > dl > dt:is(.seen, .not_seen, .unread)")
        assert [one.get_attribute("class") for one in told.all()] == sights
        nora.look(f"request-{target.partition(' ')[0].lower()}")
        box = known.bounding_box()
        assert box is not None
        assert box["height"] <= PHONE[1], "both, and what is between them, at one look"
    nora.page.get_by_text("More about Kim Berg and you").click()
    nora.look("request-unfolded")

    nora.open(f"{desk}people/?q=kim@circle.example")
    nora.goes("Kim Berg")
    assert nora.reads("Last about")
    nora.look("card-with-topics")
    nora.open(f"{desk}history/")
    nora.page.get_by_role("button", name="Delete Sent.mbox").click()
    nora.open(f"{desk}network/")
    nora.look("network-after-deletion")
    late = time.monotonic() + PATIENCE
    while not nora.reads("No mail is read yet.") and time.monotonic() < late:
        time.sleep(0.5)
        nora.open(f"{desk}network/")
    assert nora.reads("No mail is read yet.")
