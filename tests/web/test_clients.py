"""Behind a proxy, limits are for whoever asks; what somebody writes about themselves counts for nothing (D22)."""

import pytest
from django.test import RequestFactory, override_settings

from tests.support.cast import Cast
from tests.web.browsing import Browser
from tests.web.test_public_form import ask
from twoyes.lib import config
from twoyes.lib.errors import Refused
from twoyes.web.accounts import Adapter
from twoyes.web.clients import client


@pytest.mark.case("D22")
@pytest.mark.parametrize(
    ("peer", "forwarded", "known"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        # Nobody but a proxy of ours is believed.
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::1", "2001:db8::5", "2001:db8::5"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        # What stands before the last was written by whoever asks.
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 127.0.0.2", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, nonsense", "None"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", "None"),
    ],
)
def test_who_asks_is_told_by_proxies_of_our_own_alone(peer: str, forwarded: str, known: str) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    assert str(client(request)) == known
    assert Adapter().get_client_ip(request) == known.replace("None", "unknown")


def test_a_proxy_elsewhere_is_named_by_the_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/", headers={"x-forwarded-for": "198.51.100.1"}, REMOTE_ADDR="10.0.0.9")
    assert str(client(request)) == "10.0.0.9"
    monkeypatch.setenv("TWOYES_PROXIES", "10.0.0.0/24, ::1")
    with override_settings(TWOYES_PROXIES=config.proxies()):
        assert str(client(request)) == "198.51.100.1"
    monkeypatch.setenv("TWOYES_PROXIES", "10.0.0.9/24")
    with pytest.raises(Refused, match=r"Write the networks of your proxies, such as 10\.0\.0\.0/24"):
        config.proxies()


@pytest.mark.case("D22")
def test_behind_a_proxy_one_household_does_not_use_up_the_requests_of_another(rita: Browser, cast: Cast) -> None:
    def status(number: int, at: str) -> int:
        rita.client.defaults["HTTP_X_FORWARDED_FOR"] = at
        return ask(rita, email=f"rita{number}@asks.example").status_code

    assert [status(number, "198.51.100.1") for number in range(6)] == [303] * 5 + [429]
    assert status(6, "198.51.100.2") == 303


def test_the_post_room_is_not_there_for_whoever_comes_through_a_proxy(rita: Browser) -> None:
    assert rita.get("/postroom/").status_code == 200
    rita.client.defaults["HTTP_X_FORWARDED_FOR"] = "198.51.100.1"
    assert rita.get("/postroom/").status_code == 404
