"""From the notification to the ask that leaves, on a phone: what a hand does is counted, what the pages take is timed.

Ninety seconds are a promise about a person. What a test can hold is what is asked of that person (so many taps, one
sentence) and that the pages take next to nothing of the time.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Frame, Locator

from tests.journeys.browsing import PHONE
from tests.journeys.people import Nora, Stage

pytestmark = pytest.mark.browser

SENTENCE = "We shared an office on Borkum for two years, and I would work with her again at once."
MOST_TAPS, PAGES_SECONDS = 8, 5.0


@dataclass
class Hand:
    """What one hand does at a phone, counted."""

    nora: Nora
    taps: int = 0
    typed: str = ""
    addresses: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.nora.page.on("framenavigated", self._noted)

    def taps_link_of_letter(self, link: str) -> None:
        """Tap the button of the letter: its page comes up."""
        self.taps += 1
        self.nora.open(link)
        self._timed()

    def taps_on(self, what: Locator) -> None:
        """Tap something that changes no page."""
        self.taps += 1
        what.click()

    def types(self, into: Locator, words: str) -> None:
        """Tap a field and type, letter by letter."""
        self.taps_on(into)
        into.press_sequentially(words)
        self.typed += words

    def taps_button(self, button: Locator) -> None:
        """Tap a button that leads on."""
        with self.nora.page.expect_navigation():
            self.taps_on(button)
        self._timed()

    def _timed(self) -> None:
        self.nora.page.wait_for_load_state("load")
        took = "performance.getEntriesByType('navigation')[0].duration"
        self.seconds += float(self.nora.page.evaluate(took)) / 1000

    def _noted(self, frame: Frame) -> None:
        self.addresses.append(frame.url)


@pytest.mark.case("E1")
def test_from_the_notification_to_the_ask_are_few_taps_one_sentence_and_no_login(stage: Stage) -> None:
    nora, rita, tom = stage.nora(), stage.rita(), stage.tom()
    nora.open(f"{stage.house.url}/desk/people/")
    assert nora.post("add_card", {"name": tom.name, "addresses": tom.address}) == 200
    rita.asks_for(tom, at=nora.handle)
    # A night lies between: nothing that happens until the link is pressed may cost the login.
    stage.house.next_day()
    letter = nora.waits_for("new_request")

    hand = Hand(nora)
    hand.taps_link_of_letter(letter.link)
    form = nora.form("approve")
    assert form.locator('input[name="target"]:checked').count() == 1, "whom they mean stands there already"
    assert rita.name in form.locator("#why_target").input_value(), "their reason stands there as a quotation"
    assert rita.name in form.locator("#why_requester").input_value()
    hand.taps_on(nora.page.get_by_role("link", name="Decide"))
    hand.types(form.locator("#vouch"), SENTENCE)
    hand.taps_on(form.locator("label", has_text="I vouch for them"))
    hand.taps_button(form.locator("button"))
    read = the_text_stands_above_the_button(nora)
    assert SENTENCE in read
    nora.look("ninety-preview")
    hand.taps_button(nora.form("approve", step="send").locator("button"))
    assert nora.reads("Approved. The ask leaves now, once.")

    nora.look("ninety-approved")
    tom.is_asked()
    assert tom.reads(SENTENCE)
    assert nora.size == PHONE
    assert [one for one in hand.addresses if "/accounts/" in one] == []
    assert hand.taps <= MOST_TAPS
    assert hand.typed == SENTENCE
    assert hand.seconds < PAGES_SECONDS
    sys.stdout.write(
        f"{hand.taps} taps, {len(hand.typed)} characters, {len(hand.addresses)} pages in {hand.seconds:.2f} s\n"
    )


def the_text_stands_above_the_button(nora: Nora) -> str:
    """Return the full text of the ask; it ends where the button begins, or before."""
    text, button = nora.page.locator("article.letter pre"), nora.form("approve", step="send").locator("button")
    above, below = text.bounding_box(), button.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    return text.inner_text()
