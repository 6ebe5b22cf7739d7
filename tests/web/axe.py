"""Pages of a gallery in a real Chromium, with the files that they load, and what axe finds in them."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import BrowserContext, Route, sync_playwright
from playwright.sync_api import Page as Tab

from tests.journeys.browsing import FLAGS, PHONE, SCREEN, THEMES
from tests.web.gallery import LETTER, Page

# Browsers keep passkeys for this name as they do for one over TLS.
HOUSE = "http://localhost:8765"
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
_RUN = """async options => (
  await axe.run(document, {resultTypes: ["violations"], iframes: false, ...options})
).violations.map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ") + " — " +
  (node.failureSummary || "").split("\\n").slice(1).join("; ").trim()).join(" | "))"""

# The dark theme changes colours and nothing else (a test says so): there only they are looked at again.
_RULES: Mapping[str, dict[str, Any]] = {
    "light": {"rules": {"target-size": {"enabled": True}}},
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}

# A letter is no page of ours: a mail program gives it its heading and its place.
_OF_PAGES = ("landmark-one-main", "page-has-heading-one", "region")


@dataclass
class Hall:
    """One tab in which pages hang, each at its own address; whatever a page asks for that is not ours is noted."""

    tab: Tab
    files: Mapping[str, bytes]
    strangers: list[str] = field(default_factory=list)
    shown: Page | None = None

    def show(self, page: Page) -> None:
        """Open a page."""
        self.shown = page
        self.tab.goto(f"{HOUSE}{page.path}", wait_until="load")

    def answer(self, route: Route) -> None:
        """Answer the browser: with the page, with one of our files, or with nothing."""
        path, page = route.request.url.removeprefix(HOUSE).partition("?")[0], self.shown
        if page is not None and route.request.is_navigation_request() and path == page.path:
            kept = {name: value for name, value in page.headers.items() if name.lower() in _KEPT}
            # A letter stands in a box without scripts, where axe could not run either.
            if "sandbox" in kept.get("Content-Security-Policy", ""):
                del kept["Content-Security-Policy"]
            route.fulfill(status=page.status, body=page.html, headers=kept)
        elif path in self.files:
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            route.fulfill(body=self.files[path], content_type=kind)
        else:
            # A page of ours within a page hangs by itself; whatever else is asked for should not be.
            if not path.startswith("/") or path.startswith("/static/"):
                self.strangers.append(route.request.url)
            route.fulfill(status=204)

    def found(self, *, sizes: Sequence[tuple[int, int]] = (PHONE, SCREEN)) -> Iterator[tuple[int, str, list[str]]]:
        """Yield width, theme and what axe finds, for each size and theme; the page is loaded once."""
        for width, height in sizes:
            self.tab.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                self.tab.emulate_media(color_scheme=theme)
                yield width, theme, self.tab.evaluate(_RUN, self._rules(theme))

    def sticks_out(self, *widths: int) -> Iterator[tuple[int, int]]:
        """Yield each width at which the page is wider than the screen, and by how much."""
        for width in widths:
            self.tab.set_viewport_size({"width": width, "height": 900})
            more = self.tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if more > 0:
                yield width, more

    def _rules(self, theme: str) -> dict[str, Any]:
        rules = _RULES[theme]
        if self.shown is None or self.shown.route != LETTER or theme == "dark":
            return rules
        return {"rules": rules["rules"] | {name: {"enabled": False} for name in _OF_PAGES}}


_KEPT = {"content-type", "content-security-policy"}


@contextmanager
def hall(chromium: str, files: Mapping[str, bytes]) -> Iterator[Hall]:
    """Open a browser whose every request is answered from memory, with axe in each page."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        context: BrowserContext = browser.new_context(reduced_motion="reduce")
        context.add_init_script(path=AXE)
        one = Hall(context.new_page(), files)
        one.tab.route("**/*", one.answer)
        yield one
        browser.close()
