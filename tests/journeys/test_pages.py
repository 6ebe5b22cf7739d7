"""Every page that can be opened without a letter, as somebody with a phone sees it."""

import pytest

from tests.journeys.browsing import PHONE
from tests.journeys.house import HANDLE
from tests.journeys.people import Stage

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "connector": f"/@{HANDLE}",
    "desk": "/desk/",
    "book": "/desk/people/?q=adberg",
    "import": "/desk/people/import/",
    "history": "/desk/history/",
    "network": "/desk/network/",
    "record": "/desk/record/",
    "draft": "/desk/draft/",
    "post-room": "/postroom/",
    "logins": "/accounts/",
    "confirm": "/accounts/confirm/",
    "logout": "/accounts/logout/",
    "requests-unproved": "/r/",
}


def test_every_page_has_one_heading_and_fits_a_phone(stage: Stage) -> None:
    cora = stage.newcomer(size=PHONE)
    cora.comes_in()
    for name, path in PAGES.items():
        # `open` looks for the heading, and for what sticks out at the side.
        cora.open(f"{stage.house.url}{path}")
        cora.look(name)
    cora.open(f"{stage.house.url}{PAGES['book']}")
    card = cora.page.locator('a[href^="/desk/people/"]', has_text="Adberg").first.get_attribute("href")
    cora.open(f"{stage.house.url}{card}")
    cora.look("card")
    cora.page.locator("#delete_card summary").click()
    cora.look("card-to-be-deleted")
    cora.page.goto(f"{stage.house.url}/t/nobodys0link/")
    cora.look("not-found")
