"""Axe on every route in every state, on a phone and a screen, light and dark: it finds nothing, and would."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.journeys.browsing import PHONE
from tests.support.cast import Cast
from tests.web.axe import Hall, hall
from tests.web.doors import routes
from tests.web.files import our_files
from tests.web.gallery import Page, hung

pytestmark = pytest.mark.browser
LOOKS = 4
WIDTHS = (360, 600, 768, 1024, 1920)
PLAIN = '<html lang="en"><title>A page</title><main><h1>A page</h1>{}</main></html>'


@pytest.mark.slow(80)
def test_axe_finds_nothing_on_any_route_in_any_state(cast: Cast, chromium: str) -> None:
    gallery = hung(cast)
    assert set(routes()) - set(gallery.seen) == set(), "a route was not visited"
    pages, found, looks = gallery.by_make(), Counter[str](), 0
    with hall(chromium, our_files()) as shown:
        for page in pages:
            shown.show(page)
            for width, theme, faults in shown.found():
                looks += 1
                found.update(f"{page}, {width} px, {theme}: {fault}" for fault in faults)
    assert found == Counter(), "\n".join(found)
    assert shown.strangers == [], "pages ask for what is not ours, or not there"
    assert looks == LOOKS * len(pages)
    sys.stdout.write(
        f"axe: {looks} looks at {len(pages)} pages of different make, of {len(gallery.pages)} that differ at all, "
        f"from {sum(gallery.seen.values())} openings of {len(gallery.seen)} routes; nothing found\n"
    )


@pytest.mark.slow(20)
def test_no_page_scrolls_sideways_from_360_px_to_wide(cast: Cast, chromium: str) -> None:
    # Before the browser is there: beside its loop nothing may be asked of the store.
    wide, pages = [], hung(cast).by_make()
    with hall(chromium, our_files()) as shown:
        for page in pages:
            shown.show(page)
            wide += [f"{page} at {width} px by {more} px" for width, more in shown.sticks_out(*WIDTHS)]
    assert wide == []


def test_a_page_that_is_too_wide_is_noticed(chromium: str) -> None:
    with hall(chromium, our_files()) as shown:
        shown.show(_page('<p style="width:500px">Wide</p>'))
        assert [width for width, _more in shown.sticks_out(*WIDTHS)] == [360]


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<input type="text" name="a">', "label"),
        ('<p style="color:#bbb;background:#fff">Hard to read</p>', "color-contrast"),
        ("<button></button>", "button-name"),
        ('<img src="/static/mark.svg">', "image-alt"),
        ('<a href="/a" style="font-size:8px">a</a><a href="/b" style="font-size:8px">b</a>', "target-size"),
        ('<p lang="no such">Hei</p>', "valid-lang"),
    ],
)
def test_a_planted_fault_is_caught(chromium: str, fault: str, rule: str) -> None:
    with hall(chromium, our_files()) as shown:
        assert _rules(shown, "") == set()
        assert rule in _rules(shown, fault)


def test_poor_contrast_in_the_dark_alone_is_caught(chromium: str) -> None:
    style = "<style>@media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }</style>"
    with hall(chromium, our_files()) as shown:
        shown.show(_page(f"{style}<p>Hard to read at night</p>"))
        faults = {theme: faults for _width, theme, faults in shown.found(sizes=[PHONE])}
    assert faults["light"] == []
    assert [one.partition(":")[0] for one in faults["dark"]] == ["color-contrast"]


def test_the_dark_theme_changes_colours_and_nothing_else() -> None:
    for name, css in _sheets():
        for rule in css.split("prefers-color-scheme: dark")[1:]:
            properties = {one.split(":")[0].strip() for one in rule.split("}")[0].split("{", 2)[-1].split(";")} - {""}
            assert all(one.startswith("--") or "color" in one for one in properties), (name, properties)


def _rules(shown: Hall, fault: str) -> set[str]:
    shown.show(_page(fault))
    return {one.partition(":")[0] for _width, _theme, faults in shown.found(sizes=[PHONE]) for one in faults}


def _page(body: str) -> Page:
    return Page("planted", "planted", "/planted", 200, PLAIN.format(body).encode(), {"Content-Type": "text/html"})


def _sheets() -> Iterator[tuple[str, str]]:
    yield from ((path, body.decode()) for path, body in our_files().items() if path == "/static/twoyes.css")
