"""On paper: a letter, the policy and the codes are black on white, without what can only be pressed."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from django.http import HttpResponse

from tests.mail.letters_cast import facts
from tests.support.cast import Cast
from tests.web.axe import hall
from tests.web.browsing import Browser
from tests.web.files import our_files
from tests.web.gallery import LETTER, Page, readings
from twoyes.mail.outgoing.compose import compose

pytestmark = pytest.mark.browser
_A4 = {"width": 700, "height": 1000}
# What can be seen, in what colours.
_SEEN = """() => {
  const shown = css => [...document.querySelectorAll(css)].filter(one => one.checkVisibility()).length;
  const dark = [...document.querySelectorAll("main, main *, .act a")].filter(one => one.checkVisibility()
    && one.tagName !== "IMG" && one.tagName !== "svg").map(one => getComputedStyle(one).backgroundColor);
  return {buttons: shown("button"), fields: shown("input:not([type=hidden]), textarea, select"), bars: shown(".bar"),
    ink: getComputedStyle(document.body).color, grounds: [...new Set(dark)], words: document.body.innerText};
}"""


def _page(response: HttpResponse, name: str) -> Page:
    return Page("page", name, "/paper", 200, response.content, {"Content-Type": "text/html"})


def _on_paper(chromium: str, page: Page) -> tuple[dict[str, Any], int]:
    """Return what stands on the paper, and on how many sheets of A4."""
    with hall(chromium, our_files()) as shown:
        # The theme of the screen must not reach the paper.
        shown.tab.emulate_media(media="print", color_scheme="dark")
        shown.tab.set_viewport_size(_A4)  # type: ignore[arg-type]
        shown.show(page)
        if folder := os.environ.get("TWOYES_SCREENSHOTS"):
            shown.tab.screenshot(path=f"{folder}/paper-{page.state}.png", full_page=True)
        seen: dict[str, Any] = shown.tab.evaluate(_SEEN)
        sheets = len(re.findall(rb"/Type\s*/Page\b", shown.tab.pdf(format="A4", prefer_css_page_size=True)))
    return seen, sheets


WHITE = {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}


@pytest.mark.parametrize("what", ["ask", "policy", "codes", "preview"])
def test_a_page_on_paper_is_black_on_white_and_holds_nothing_to_press(cast: Cast, chromium: str, what: str) -> None:
    tom, words = (
        Browser(cast),
        {"ask": "Cora Lund", "policy": "How to ask", "codes": "Codes on paper", "preview": "Dear"},
    )
    if what == "ask":
        response = tom.get(tom.open_as(cast.asked(), "target"))
    elif what == "policy":
        response = tom.get("/@cora")
    else:
        response = dict(readings(cast))["codes on paper" if what == "codes" else "approve read"]
    seen, sheets = _on_paper(chromium, _page(response, what))
    assert (seen["buttons"], seen["fields"], seen["bars"]) == (0, 0, 0)
    assert seen["ink"] == "rgb(0, 0, 0)"
    assert set(seen["grounds"]) <= WHITE
    assert words[what] in seen["words"]
    assert sheets <= (2 if what in {"policy", "preview"} else 1)


def test_what_is_folded_on_a_screen_is_read_on_paper(cast: Cast, chromium: str) -> None:
    seen, _sheets = _on_paper(chromium, _page(Browser(cast).get("/@cora"), "policy"))
    assert "does not say why him" in seen["words"]


def test_a_letter_that_is_printed_shows_where_its_button_leads(chromium: str) -> None:
    letter = Page(LETTER, "ask", "/letter", 200, compose(facts("ask")).html.encode(), {"Content-Type": "text/html"})
    with hall(chromium, our_files()) as shown:
        shown.tab.emulate_media(media="print", color_scheme="light")
        shown.show(letter)
        after = shown.tab.evaluate("getComputedStyle(document.querySelector('.act a'), '::after').content")
        ground = shown.tab.evaluate("getComputedStyle(document.querySelector('.act a')).backgroundColor")
    assert "page" in after
    assert ground in WHITE
