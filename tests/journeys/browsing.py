"""A person at a browser: opens what letters lead to, fills in forms as they stand, and reads what comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, ViewportSize

PHONE, SCREEN = (390, 844), (1280, 900)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
# A refusal that a journey provokes is told on the console as well.
_EXPECTED = ("status of 409", "status of 422", "status of 404")
# What a page may take on a machine that does much else, in milliseconds.
_PATIENCE = 20_000


class Visitor:
    """One person with cookies of their own. `status` is what the last page answered."""

    def __init__(self, browser: Browser, name: str, *, size: tuple[int, int], language: str = "en") -> None:
        self.name, self.size, self.language = name, size, language
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        self.context: BrowserContext = browser.new_context(viewport=viewport, locale=language)
        self.context.set_default_timeout(_PATIENCE)
        self.complaints: list[str] = []
        self.page = self.new_tab()
        self.status = 0

    def new_tab(self) -> Page:
        """Open one more tab with the same cookies; what its console complains of is kept."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    @contextmanager
    def in_tab(self, tab: Page) -> Iterator[None]:
        """Look at another tab inside the block."""
        kept, self.page = self.page, tab
        try:
            yield
        finally:
            self.page = kept

    def open(self, url: str) -> None:
        """Go to an address; every page has one heading and fits the screen."""
        self._arrive(self.page.goto(url))
        assert self.status == 200, f"{url} answers {self.status}"

    def form(self, act: str, **hidden: str) -> Locator:
        """Return the form of an act, which has a hidden field of that name; `hidden` tells two of them apart."""
        wanted = "".join(f':has(input[name="{name}"][value="{value}"])' for name, value in hidden.items())
        return self.page.locator(f'form:has(input[name="act"][value="{act}"]){wanted}')

    def offers(self, act: str) -> bool:
        """Say whether this page has a form for an act."""
        return self.form(act).count() > 0

    def fill(self, act: str, **fields: str) -> Locator:
        """Fill in the form of an act: a choice by its value, a tick by "yes". Return the form."""
        form = self.form(act)
        _unfold(form)
        for name, value in fields.items():
            _enter(form.locator(f'[name="{name}"]:not([type="hidden"])'), value)
        return form

    def post(self, act: str, fields: Mapping[str, str] | None = None, **hidden: str) -> int:
        """Fill in the form of an act and send it by its one button; return the status of the page that follows."""
        form = self.fill(act, **fields or {}) if not hidden else self.form(act, **hidden)
        _unfold(form)
        return self._press(form)

    def submit(self, action: str, **fields: str) -> int:
        """Fill in the form that posts to this address, and send it; return the status of the page that follows."""
        form = self.page.locator(f'form[action="{action}"]')
        for name, value in fields.items():
            _enter(form.locator(f'[name="{name}"]'), value)
        return self._press(form)

    def reads(self, words: str) -> bool:
        """Say whether the page shows these words."""
        return " ".join(words.split()) in " ".join(self.page.inner_text("body").split())

    def look(self, name: str) -> None:
        """Keep pictures of this page, small and large, light and dark, where TWOYES_SCREENSHOTS names a folder."""
        if not (folder := os.environ.get("TWOYES_SCREENSHOTS")):
            return
        for theme in THEMES:
            for width, height in (PHONE, SCREEN):
                self.page.emulate_media(color_scheme=theme)
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.screenshot(path=str(Path(folder) / f"{name}-{width}-{theme}.png"), full_page=True)
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": self.size[0], "height": self.size[1]})

    def leave(self) -> None:
        """Close the browser window. Raises AssertionError when a page complained on its console."""
        self.context.close()
        assert self.complaints == [], f"{self.name} had pages that complained: {self.complaints}"

    def _press(self, form: Locator) -> int:
        with self.page.expect_navigation() as arrived:
            form.locator("button").click()
        self._arrive(arrived.value)
        return self.status

    def _arrive(self, response: Response | None) -> None:
        self.status = response.status if response else 0
        if self.status < 400:
            assert self.page.locator("h1").count() == 1, f"{self.page.url} has no one heading"
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{self.page.url} is {wide} px wider than {self.size[0]} px"

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(one in message.text for one in _EXPECTED):
            self.complaints.append(message.text)


def _unfold(form: Locator) -> None:
    """Press open what the form is folded into, from the outside in."""
    folds = form.locator("xpath=ancestor::details[not(@open)]")
    for number in range(folds.count()):
        folds.nth(0).locator("> summary").click()
        assert folds.count() < 10 - number, "a fold does not open"
    inside = form.locator("details:not([open]) > summary")
    for _one in range(inside.count()):
        inside.first.click()


def _enter(field: Locator, value: str) -> None:
    """Enter a value as a hand would, through whatever kind of field it is."""
    first = field.first
    kind = first.evaluate("one => one.type")
    if kind == "radio":
        chosen = field.and_(field.page.locator(f'[value="{value}"]'))
        chosen.check()
    elif kind == "checkbox":
        first.check()
    elif kind.startswith("select"):
        first.select_option(value)
    else:
        first.fill(value)
