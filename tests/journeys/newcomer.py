"""Somebody who has just cloned this: one browser on a phone, one tab for the post room, and every part to play."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.house import House

# How long somebody looks for a letter before they think that it is lost.
_PATIENCE = 30.0
# With a pace a person reads each page for so many seconds before they do anything.
_READING = 5.0
_CHARACTERS_A_WORD = 5.5


class Newcomer(Visitor):
    """Plays each part through the post room.

    TWOYES_PACE is how many words a minute are typed; then each page is read as well. Without it hands are fast.
    """

    def __init__(self, house: House, browser: Browser) -> None:
        super().__init__(browser, "a newcomer", size=PHONE)
        self.house, self.post_room_tab = house, self.page
        self.pace = float(os.environ.get("TWOYES_PACE", "0"))
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count how long a step takes."""
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began

    def open(self, url: str) -> None:
        """Go to an address, and read what is there."""
        super().open(url)
        self._wait(_READING)

    def post(self, act: str, fields: Mapping[str, str] | None = None, **hidden: str) -> int:
        """Type into the form of an act at this person's pace, and send it."""
        self._wait(self._typing(fields or {}))
        status = super().post(act, fields, **hidden)
        self._wait(_READING)
        return status

    def ask(self, act: str, fields: Mapping[str, str]) -> int:
        """Fill in a form that is for people: whoever is faster than a hand has to press again."""
        self._wait(max(self._typing(fields), 0 if self.pace else 5.5), always=True)
        status = super().post(act, fields)
        self._wait(_READING)
        return status

    def reads_letter(self, person: str, subject: str) -> None:
        """Find the newest letter to a person in the post room by its subject, and open it."""
        self.goes_to_the_post_room()
        until = time.monotonic() + _PATIENCE
        letter = self.page.locator("details.person", has=self.page.locator("h3", has_text=person))
        while (found := letter.locator("a", has_text=subject)).count() == 0:
            assert time.monotonic() < until, f"{person} has no letter “{subject}”: {self.page.inner_text('main')}"
            self.page.wait_for_timeout(300)
            self.page.reload()
        with self.page.expect_navigation() as arrived:
            found.first.click()
        self._arrive(arrived.value)
        self._wait(_READING)

    def goes_to_the_post_room(self) -> None:
        """Turn to the tab of the post room, and look what is new."""
        self.page = self.post_room_tab
        self.page.bring_to_front()
        self.open(f"{self.house.url}/postroom/")

    def presses_its_button(self) -> None:
        """Press the one button of the letter that is open; its page comes up in a tab of its own."""
        with self.context.expect_page() as opened:
            self.page.frame_locator("iframe.frame").locator(".act a").click()
        self.page = self._heard_from(opened.value)
        assert self.page.locator("h1").count() == 1
        self._wait(_READING)

    def goes(self, words: str) -> None:
        """Press a link by its words."""
        with self.page.expect_navigation() as arrived:
            self.page.locator("main a", has_text=words).first.click()
        self._arrive(arrived.value)
        self._wait(_READING)

    def table(self) -> str:
        """Return the steps with their seconds, as docs/first-five-minutes.md has them."""
        rows = [f"| {name} | {seconds:.0f} s |" for name, seconds in self.seconds.items()]
        return "\n".join([*rows, f"| together | {sum(self.seconds.values()):.0f} s |"])

    def way_in(self) -> str:
        """Return the address that `serve` printed."""
        found = re.search(r"Log in as @\w+, .*: (http\S+)", self.house.said("serve"))
        assert found is not None, self.house.said("serve")
        return found[1]

    def _heard_from(self, tab: Page) -> Page:
        tab.on("console", self._heard)
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.wait_for_load_state()
        return tab

    def _typing(self, fields: Mapping[str, str]) -> float:
        """Seconds that typing takes; a choice is typed by nobody."""
        typed = sum(len(value) for value in fields.values() if " " in value or "@" in value)
        return typed / _CHARACTERS_A_WORD * 60 / self.pace if self.pace else 0.0

    def _wait(self, seconds: float, *, always: bool = False) -> None:
        if self.pace or always:
            self.page.wait_for_timeout(seconds * 1000)
