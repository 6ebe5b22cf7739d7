"""The connector's book at a phone: people come in by a file, are found as one types, and get an address on the spot."""

import pytest
from playwright.sync_api import FilePayload

from tests.journeys.browsing import PHONE
from tests.journeys.people import Stage

pytestmark = pytest.mark.browser

CARDS = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoë Búcher\r\nORG:Größe AG\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:nameless@new.example\r\nEND:VCARD\r\n"
)


def test_a_file_comes_in_somebody_is_found_while_typing_and_gets_an_address(stage: Stage) -> None:
    cora = stage.newcomer(size=PHONE)
    cora.comes_in()
    cora.open(f"{stage.house.url}/desk/people/import/")
    file: FilePayload = {"name": "phone.vcf", "mimeType": "text/vcard", "buffer": CARDS.encode()}
    cora.page.set_input_files("#file", file)
    cora.page.get_by_role("button", name="Import").click()
    cora.page.get_by_text("All 2 records of the file are accounted for.").wait_for()
    assert cora.page.locator("tr", has_text="line 6").get_by_text("There is no name").count() == 1
    cora.look("import-done")

    cora.open(f"{stage.house.url}/desk/people/")
    cora.page.locator("#q").press_sequentially("zoe buch")
    cora.page.locator('#found li:has-text("Zoë Búcher")').wait_for()
    cora.page.locator("#found li").nth(1).wait_for(state="detached")
    assert cora.page.url.endswith("/desk/people/"), "no page was loaded, and no address says who was looked for"
    cora.page.locator("#q").fill("grosse")
    cora.page.locator('#found li:has-text("Größe AG")').wait_for()
    cora.look("book-found")

    cora.page.locator("#found a").first.click()
    cora.page.get_by_text("No address yet?").wait_for()
    cora.look("card-without-address")
    assert cora.post("add_address", {"address": "zoe@grosse.example"}) == 200
    assert cora.page.get_by_text("No address yet?").count() == 0

    # My word: three taps, no button and nothing typed.
    cora.look("card-my-word")
    for number in range(1, 4):
        assert cora.reads(f"{number} of 3")
        with cora.page.expect_navigation():
            cora.page.locator(".taps button").first.click()
    assert cora.reads("Your word is kept.")
    assert cora.reads("You wrote: worked together since")
    cora.look("card-my-word-kept")
