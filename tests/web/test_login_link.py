"""The link that `twoyes connector link` prints: opening shows a button, pressing it logs in, once."""

import pytest
from django.test import Client

from tests.support.cast import Cast
from twoyes.lib import clock
from twoyes.people import front as people


def path() -> str:
    return f"/accounts/link/{people.login_link('cora', clock.now())}"


def test_opening_it_logs_nobody_in_and_pressing_does(cast: Cast) -> None:
    client, link = Client(), path()
    for _ in range(2):
        page = client.get(link)
        assert (page.status_code, "sessionid" in client.cookies) == (200, False)
        assert f'action="{link}"' in page.content.decode()
    pressed = client.post(link, {"act": "login"})
    assert (pressed.status_code, pressed.headers["Location"]) == (303, "/desk/")
    assert client.get("/desk/").status_code == 200


def test_a_used_link_and_one_that_never_was_are_the_same_bytes(cast: Cast) -> None:
    link = path()
    Client().post(link, {"act": "login"})
    used, unknown = (Client().get(where) for where in (link, "/accounts/link/1-2-3.aaaaaaaaaaaaaaaa"))
    assert (used.status_code, used.content) == (404, unknown.content)
    assert Client().post(link, {"act": "login"}).status_code == 404


@pytest.mark.case("E13")
def test_the_button_is_of_our_own_page(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    link = path()
    assert client.post(link, {"act": "login"}).status_code == 403
    assert people.opens_login(link.rpartition("/")[2], clock.now())
