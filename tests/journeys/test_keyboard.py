"""A whole journey by keyboard alone, on a phone's width: Tab, Space, Enter, and the words that are typed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.browsing import PHONE, Visitor
from tests.journeys.house import HANDLE
from tests.journeys.people import APPROVAL, WORDS, Stage

pytestmark = pytest.mark.browser

_MOST = 120
# Where the focus is, whether it can be seen, and where on the page it stands.
_FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {what: one.tagName + "#" + one.id + "." + one.className, body: one === document.body,
    ringed, inside: inside && box.width > 0, top: box.top + scrollY, text: one.innerText || ""};
}"""


class Hands:
    """Somebody without a mouse. Every stop of the focus on the way must be seen, and lie further down the page."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.stops, self.top = visitor, 0, -1e9

    def open(self, url: str) -> None:
        """Open an address; the first stop is the way past what stands on every page."""
        self.visitor.open(url)
        self.lands()

    def lands(self) -> None:
        """Be on a new page, and take the way past its bar."""
        self.top = -1e9
        first = self.tab()
        assert "skip" in first["what"], f"the first stop is {first}"
        self.visitor.page.keyboard.press("Enter")
        # The browser goes to a place within the page a moment after the key.
        self.visitor.page.wait_for_function("() => location.hash === '#main'")

    def tab(self) -> dict[str, Any]:
        """Go to the next stop."""
        self.visitor.page.keyboard.press("Tab")
        self.stops += 1
        stop: dict[str, Any] = self.visitor.page.evaluate(_FOCUS)
        assert not stop["body"], "the focus ran out of the page"
        assert stop["ringed"], f"nobody sees that the focus is at {stop}"
        assert stop["inside"], f"the focus is off the screen, at {stop}"
        assert stop["top"] >= self.top - 60, f"the focus jumps back up, to {stop}"
        self.top = max(self.top, stop["top"])
        return stop

    def to(self, css: str) -> None:
        """Tab until the focus is at what matches."""
        for _ in range(_MOST):
            self.tab()
            if self.visitor.page.evaluate("css => document.activeElement.matches(css)", css):
                return
        raise AssertionError(f"{css} is not reached by Tab")

    def types(self, name: str, words: str) -> None:
        """Type into a field, over what stands there."""
        self.to(f'[name="{name}"]:not([type=hidden])')
        self.visitor.page.keyboard.press("Control+A")
        self.visitor.page.keyboard.insert_text(words)

    def chooses(self, css: str) -> None:
        """Tick a box, take a choice, or open a fold."""
        self.to(css)
        self.visitor.page.keyboard.press("Space")

    def presses(self, css: str) -> None:
        """Press a button or follow a link by Enter, and go past the bar of the page that comes."""
        self.to(css)
        with self.visitor.page.expect_navigation() as arrived:
            self.visitor.page.keyboard.press("Enter")
        self.visitor._arrive(arrived.value)
        assert self.visitor.status == 200
        self.lands()


@pytest.mark.slow(15)
def test_keyboard_alone_plays_a_whole_journey(stage: Stage) -> None:
    house, rita, tom = stage.house, stage.rita(), stage.tom()
    cora = stage.newcomer(size=PHONE)

    asking = Hands(rita)
    asking.open(f"{house.url}/@{HANDLE}")
    for name, words in _in_order(rita, {"name": rita.name, "email": rita.address, "target": tom.name, **TYPED}):
        asking.types(name, words)
    house.next_day()
    asking.presses('form[action$="/request"] .act.main')
    asking.open(rita.waits_for("verify").link)
    asking.presses('form:has([name=act][value="verify"]) button')
    rita.waits_for("received")

    deciding = Hands(cora)
    deciding.open(house.read("connector", "link", HANDLE)["url"])
    deciding.presses('form:has([name=act][value="login"]) button')
    deciding.open(f"{house.url}/desk/")
    deciding.presses(f'a[href*="/desk/introductions/{rita.introduction}/"]')
    form = 'form:has([name=act][value="approve"])'
    _chooses_the_card(deciding, form)
    deciding.types("vouch", APPROVAL["vouch"])
    deciding.presses(f"{form} .act.main")
    assert cora.reads(APPROVAL["vouch"])
    deciding.presses('form:has([name=step][value="send"]) button')

    answering = Hands(tom)
    answering.open(tom.waits_for("ask").link)
    answering.chooses('[name="answer"]')
    assert tom.page.evaluate("document.activeElement.value") == "yes"
    answering.chooses('.of-confirm [name="confirm"]')
    answering.presses("form.answer .act.main")
    assert tom.reads("You said yes")

    house.tick(minutes=10)
    assert tom.address in rita.waits_for("introduction").text
    assert rita.address in tom.waits_for("introduction").text
    assert min(one.stops for one in (asking, deciding, answering)) > 0


TYPED = {name: WORDS[name] for name in ("about_me", "why_them", "why_now", "benefit", "ask", "how_we_know")}


def _in_order(visitor: Visitor, fields: dict[str, str]) -> list[tuple[str, str]]:
    """Return the fields in the order in which the page has them."""
    names = visitor.page.evaluate("() => [...document.querySelectorAll('#asking [name]')].map(one => one.name)")
    return sorted(fields.items(), key=lambda one: names.index(one[0]))


def _chooses_the_card(hands: Hands, form: str) -> None:
    """Take the one card that the words of the request mean, where it is not taken already."""
    hands.to(f'{form} [name="target"]')
    hands.visitor.page.keyboard.press("Space")
