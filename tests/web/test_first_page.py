"""A first page comes quickly: everything that it loads, as a browser gets it, is under 60 kB (0016)."""

from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse

from tests.support.cast import Cast
from tests.web.browsing import Browser
from tests.web.files import fetches, loads, our_files

MOST = 60_000
HEADERS = 800


def wire(browser: Browser, path: str) -> dict[str, int]:
    """Return the bytes of a page and of each file that it loads, with their headers, as they travel."""
    page = browser.get(path, **{"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    html = _plain(page).decode()
    files = {url: browser.get(url, **{"Accept-Encoding": "gzip"}) for url in loads(html)}
    assert {url: one.status_code for url, one in files.items() if one.status_code != 200} == {}
    return {path: _size(page)} | {url: _size(one) for url, one in files.items()}


def _body(response: HttpResponse) -> bytes:
    return b"".join(response) if response.streaming else response.content


def _plain(response: HttpResponse) -> bytes:
    body = _body(response)
    return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body


def _size(response: HttpResponse) -> int:
    if not response.streaming:
        return len(response.content) + HEADERS
    return sum(map(len, response)) + HEADERS


@pytest.mark.parametrize("page", ["/", "/@cora", "ask", "request", "desk"])
def test_everything_that_a_first_page_loads_is_under_60_kb(cast: Cast, page: str) -> None:
    browser = Browser(cast)
    if page == "desk":
        cast.waiting()
        browser.log_in()
    introduction = cast.asked() if page in {"ask", "request"} else ""
    paths = {"desk": "/desk/"}
    if introduction:
        paths = {page: browser.open_as(introduction, "target" if page == "ask" else "requester")}
    sizes = wire(browser, paths.get(page, page))
    assert sum(sizes.values()) < MOST, sizes
    assert not any(name.endswith(".js") for name in sizes if page in {"/", "ask", "request"}), "these need no script"


def test_style_sheets_fetch_nothing_more() -> None:
    assert {name: fetches(body.decode()) for name, body in our_files().items() if name == "/static/twoyes.css"} == {
        "/static/twoyes.css": []
    }


def test_files_and_pages_for_all_are_compressed_and_pages_for_one_reader_are_not(cast: Cast) -> None:
    browser = Browser(cast)
    browser.log_in()
    asked = browser.open_as(cast.asked(), "target")
    compressed = {
        path: browser.get(path, **{"Accept-Encoding": "gzip"}).headers.get("Content-Encoding")
        for path in (
            "/",
            "/@cora",
            "/static/twoyes.css",
            asked,
            "/desk/",
            "/desk/people/?q=Tom",
            "/accounts/",
            "/check",
        )
    }
    assert {path for path, how in compressed.items() if how == "gzip"} == {"/", "/@cora", "/static/twoyes.css"}


def test_what_was_posted_is_never_answered_compressed(cast: Cast) -> None:
    browser = Browser(cast)
    form = browser.form("/@cora", "request")
    answer = browser.post(form.action, form.values, **{"Accept-Encoding": "gzip"})
    assert answer.status_code == 422
    assert "Content-Encoding" not in answer.headers


def test_a_browser_that_takes_no_gzip_gets_none(cast: Cast) -> None:
    plain = Browser(cast).get("/static/twoyes.css")
    assert "Content-Encoding" not in plain.headers
    assert _body(plain) == our_files()["/static/twoyes.css"]
