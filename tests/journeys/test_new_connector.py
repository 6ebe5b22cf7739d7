"""A new connector at a phone: from an empty book to a published page, and to the first request through it."""

import pytest
from playwright.sync_api import FilePayload

from tests.journeys.browsing import PHONE
from tests.journeys.people import WORDS, Stage

pytestmark = pytest.mark.browser

CONNECTIONS = (
    "Notes:\r\n"
    '"When exporting your connection data, you may notice that some of the email addresses are missing."\r\n\r\n'
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
    "Ida,Berg,https://www.linkedin.com/in/ida-berg,,Grønn Energi,Founder,03 Mar 2019\r\n"
    "Per,Lie,https://www.linkedin.com/in/per-lie,per@lie.example,Lie & Sønn,Shipwright,14 Jun 2021\r\n"
    ",,,,,,01 Jan 2020\r\n"
)


@pytest.mark.case("E1")
def test_a_new_connector_comes_from_an_empty_book_to_a_page_through_which_a_stranger_asks(stage: Stage) -> None:
    nora = stage.nora()
    assert nora.reads("Nothing waits for you.")
    nora.look("new-empty-desk")

    nora.goes("Import a file")
    nora.look("new-import")
    file: FilePayload = {"name": "Connections.csv", "mimeType": "text/csv", "buffer": CONNECTIONS.encode()}
    nora.page.set_input_files("#file", file)
    nora.page.get_by_role("button", name="Import").click()
    nora.page.get_by_text("records of the file are accounted for.").wait_for()
    nora.look("new-imported")

    nora.goes("Your desk")
    assert nora.reads("Your people are here.")
    nora.look("new-desk-with-people")
    nora.goes("Choose, and publish your page")
    nora.look("new-page")
    assert nora.post("publish", {"welcome": "known"}) == 200
    assert nora.reads("Your page is open.")
    nora.look("new-page-published")
    address = f"{stage.house.url}/@{nora.handle}"
    assert nora.copies("snippet").endswith(address)
    assert nora.copies("short") == f"Introductions: {address}"

    rita = stage.rita()
    rita.open(address)
    assert rita.reads("Whom I introduce")
    rita.look("new-page-for-a-stranger")
    rita.fill("request", name=rita.name, email=rita.address, target="Ida Berg", **WORDS)
    stage.house.next_day()
    assert rita.post("request") == 200
    rita.follows(rita.waits_for("verify"))
    assert rita.post("verify") == 200

    nora.opens_by(nora.waits_for("new_request").link)
    assert nora.reads(f"{rita.name} would like to meet Ida Berg")
    assert nora.size == PHONE
    nora.open(f"{stage.house.url}/desk/")
    assert nora.reads("1 waits for you")
    nora.look("new-desk-first-request")
