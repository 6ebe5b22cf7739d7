"""What every page keeps to itself: nothing cached, nothing indexed, nothing written by a look, no foreign post."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client, override_settings

from tests.support.cast import REQUEST, Cast
from tests.web.browsing import Browser
from twoyes.lib import clock

PUBLIC = ["/", "/@cora", "/@cora/received", "/r/", "/accounts/login/code/", "/healthz", "/readyz", "/nothing"]
DESK = [
    "/desk/",
    "/desk/people/",
    "/desk/people/import/",
    "/desk/history/",
    "/desk/network/",
    "/desk/numbers/",
    "/desk/export/",
    "/desk/unread/",
    "/desk/offer/",
    "/desk/record/",
    "/desk/draft/",
    "/accounts/logout/",
]


def everywhere(cast: Cast, browser: Browser) -> Iterator[str]:
    """Yield an address of every page, with the right cookies in the browser."""
    browser.log_in()
    waiting, asked = cast.waiting(), cast.asked(target="Another")
    yield from [*PUBLIC, *DESK, f"/desk/introductions/{waiting}/", f"/desk/introductions/{asked}/"]
    yield f"/desk/people/{cast.tom.id}/"
    yield browser.open_as(waiting, "requester")
    yield browser.open_as(asked, "target")
    fresh = cast.unverified(email="kim@asks.example")
    yield browser.get(f"/v/{cast.key(fresh, 'verify')}").headers["Location"]
    yield "/postroom/"


@pytest.mark.case("E11", "E13")
def test_every_page_is_for_its_reader_alone(cora: Browser, cast: Cast) -> None:
    for path in everywhere(cast, cora):
        headers = cora.get(path).headers
        assert "no-store" in headers["Cache-Control"], path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert "unsafe" not in headers["Content-Security-Policy"], path
        assert headers["X-Robots-Tag"] == ("all" if path == "/@cora" else "noindex, nofollow"), path


def test_no_page_holds_a_style_a_script_of_its_own_or_a_thing_from_elsewhere(cora: Browser, cast: Cast) -> None:
    for path in everywhere(cast, cora):
        page = cora.get(path).content.decode()
        # Scripts of our own address are a comfort on few pages, and each works without.
        if path in {"/@cora", "/@cora/received", DESK[1]} or path.startswith("/desk/introductions/"):
            page = re.sub(r'<script src="/static/[\w./-]+" defer></script>', "", page)
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page), path
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page), path


@pytest.mark.case("C33")
def test_looking_at_any_page_writes_nothing(cora: Browser, cast: Cast) -> None:
    paths = [*everywhere(cast, cora)]
    written: list[str] = []

    def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if re.match(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", sql, re.IGNORECASE):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for path in paths:
            assert cora.get(path).status_code in {200, 302, 404}, path
            with clock.frozen(cast.now):
                cora.client.head(path)
                cora.client.options(path)
    assert written == []


@pytest.mark.case("E13")
def test_a_post_that_did_not_come_from_our_page_is_403_and_does_nothing(cast: Cast) -> None:
    introduction = cast.asked()
    strict = Browser(cast, Client(enforce_csrf_checks=True))
    link, token = cast.page(introduction)
    strict.get(f"/t/{token}")
    for path in (f"/t/{link}/answer", "/@cora/request", "/accounts/login/code/", "/postroom/tick"):
        response = strict.post(path, {**REQUEST, "answer": "no", "act": "answer"})
        assert response.status_code == 403
        assert "Nothing was changed." in response.content.decode()
    assert cast.state(introduction) == "asking"


@pytest.mark.case("E13")
def test_the_page_that_a_cookie_opens_carries_a_token_that_its_own_form_is_taken_with(cast: Cast) -> None:
    introduction = cast.asked()
    strict = Browser(cast, Client(enforce_csrf_checks=True))
    path = strict.open_as(introduction, "target")
    assert strict.press(path, "answer", answer="no").status_code == 303
    assert strict.client.cookies["csrftoken"]["httponly"] is True


def test_cookies_are_marked_secure_where_the_public_address_is_https(rita: Browser, cast: Cast) -> None:
    link, token = cast.page(cast.waiting(), "requester")
    with override_settings(SESSION_COOKIE_SECURE=True):
        response = rita.get(f"/r/{token}")
    assert response.cookies[f"twoyes_r_{link}"]["secure"] is True


@pytest.mark.parametrize(
    "path", ["/t/x/", "/t/short", "/v/000000000000/", "/r/0000000000000000/a/b", "/@a b", "/desk/x/"]
)
def test_what_is_not_there_is_one_and_the_same_page(rita: Browser, path: str) -> None:
    missing = rita.get("/nothing-at-all")
    assert (rita.get(path).status_code, rita.get(path).content) == (404, missing.content)


@pytest.mark.parametrize("path", ["/@cora", "/t/000000000000/", "/desk/", "/healthz", "/"])
def test_a_method_that_nobody_offers_is_refused(cora: Browser, path: str) -> None:
    assert cora.client.delete(path).status_code in {404, 405}
    assert cora.client.put(path).status_code in {404, 405}
