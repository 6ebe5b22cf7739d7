"""Mail that could not be read stands on its connector's desk: to be tried again, or taken as a file; nobody else's."""

import pytest
from pytest_django import Settings

from tests.support.cast import Cast
from tests.web.browsing import Browser
from twoyes.cli import checks
from twoyes.lib import sealing
from twoyes.mail.models import Inbound

pytestmark = pytest.mark.django_db
RAW = b"From: a@x.example\r\nSubject: x\r\n\r\n<script>alert(1)</script>\r\n"


def set_aside(cast: Cast, connector: str, why: str = "slow") -> str:
    row = Inbound(connector=connector, state="aside", purpose="reply", way="lmtp", why=why, attempts=3)
    row.dedupe_key, row.received_at, row.read_at = row.pk, cast.now, cast.now
    sealing.put_bytes(row, "raw", RAW)
    row.save()
    return row.pk


@pytest.fixture
def cora(cast: Cast) -> Browser:
    browser = Browser(cast)
    browser.log_in()
    return browser


@pytest.mark.case("B24")
def test_the_desk_says_so_and_a_press_lets_it_be_read_again(cast: Cast, cora: Browser, settings: Settings) -> None:
    settings.INBOX_URLS = ("lmtp://127.0.0.1:0",)
    assert "could not be read" not in cora.get("/desk/").content.decode()
    mine = set_aside(cast, cast.cora.id)
    assert "One message that came by mail could not be read." in cora.get("/desk/").content.decode()
    page = cora.get("/desk/unread/").content.decode()
    assert "An answer to a letter" in page
    assert "Reading it took too long." in page
    assert "a@x.example" not in page
    answer = cora.press("/desk/unread/", "read_again")
    assert answer.headers["Location"] == "/desk/unread/?done=read_again"
    assert Inbound.objects.values_list("state", "attempts", "read_at", "why").get(pk=mine) == ("waiting", 0, None, "")
    assert "There is none." in cora.get("/desk/unread/").content.decode()
    assert cora.post(f"/desk/unread/{mine}/read_again", {"act": "read_again"}).status_code == 409


@pytest.mark.case("D29")
def test_as_a_file_it_is_handed_over_as_it_came_and_no_browser_shows_it(cast: Cast, cora: Browser) -> None:
    answer = cora.get(f"/desk/unread/{set_aside(cast, cast.cora.id)}/raw")
    assert answer.content == RAW
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.case("E8")
def test_nobody_elses_is_there(cast: Cast, cora: Browser) -> None:
    theirs = set_aside(cast, cast.otto.id)
    assert "There is none." in cora.get("/desk/unread/").content.decode()
    assert cora.get(f"/desk/unread/{theirs}/raw").status_code == 404
    assert cora.post(f"/desk/unread/{theirs}/read_again", {"act": "read_again"}).status_code == 404
    assert Inbound.objects.get(pk=theirs).state == "aside"
    assert Browser(cast).get("/desk/unread/").status_code == 303


@pytest.mark.case("B24")
def test_whoever_runs_it_hears_how_many_there_are(cast: Cast) -> None:
    assert "unread" not in [one.id for one in checks.all_checks()]
    for connector in (cast.cora.id, cast.otto.id):
        set_aside(cast, connector)
    (found,) = [one for one in checks.all_checks() if one.id == "unread"]
    assert (found.status, "could not be read: 2" in found.sentence) == ("warn", True)
