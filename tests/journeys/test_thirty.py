"""Thirty requests on one desk, worked through on a phone: noes in one go, some approved, some given back, none left."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.journeys.people import APPROVAL, WORDS, Nora, Stage, Tom
from tests.support.visitor import Visitor
from twoyes.lib.limits import FORM_TOKEN_MIN_AGE

pytestmark = pytest.mark.browser

APPROVED, RETURNED, NOES = 6, 6, 18
REASON = "I introduce six people a month at most, and this month is full."


@dataclass
class Asker:
    """Somebody who asks without a browser, from a network of their own."""

    number: int
    visitor: Visitor
    target: str

    @property
    def name(self) -> str:
        return f"Asker {'abcdefghijklmnopqrstuvwxyz'[self.number % 26].upper()}{self.number:02d}"

    def address(self, nora: Nora) -> str:
        return f"{self.name.split()[1].lower()}.{nora.handle}@asks.example"

    def sends(self, nora: Nora) -> None:
        """Send the form that stands open."""
        fields = {**WORDS, "name": self.name, "email": self.address(nora), "target": self.target}
        kept = {name: self.visitor.hidden(name) for name in ("issued", "once")}
        page = self.visitor.press(f"/@{nora.handle}/request", act="request", **fields, **kept)
        assert "Please look at your mail" in page

    def proves(self, nora: Nora) -> None:
        """Open the letter that came, and press its button."""
        letter = nora.house.post_room.wait("verify", to=self.address(nora))
        self.visitor.get(letter.link)
        assert "on the desk" in self.visitor.press("verify", act="verify")


def thirty(nora: Nora, toms: list[Tom]) -> list[Asker]:
    """Let thirty people ask: the first few for somebody in the book by name, the others for whom they had in mind."""
    askers = []
    for number in range(APPROVED + RETURNED + NOES):
        target = toms[number].name if number < len(toms) else f"Somebody who knows about propellers, {number}"
        askers.append(Asker(number, Visitor(nora.house.url, source=f"127.0.7.{number + 1}"), target))
    for asker in askers:
        asker.visitor.get(f"/@{nora.handle}")
    time.sleep(FORM_TOKEN_MIN_AGE.total_seconds())
    for asker in askers:
        asker.sends(nora)
    for asker in askers:
        asker.proves(nora)
    return askers


def waiting(nora: Nora) -> dict[str, str]:
    """Return the ids of what the desk lists, by who asks."""
    nora.open(f"{nora.house.url}/desk/")
    rows = nora.page.locator('main a[href^="/desk/introductions/"]')
    found = [(one.inner_text(), str(one.get_attribute("href")).split("/")[3]) for one in rows.all()]
    return {text.partition(" →")[0]: introduction for text, introduction in found}


def says_no(nora: Nora, askers: list[Asker], ids: dict[str, str]) -> None:
    """Tick everybody, write the reason once, find each letter on the screen, and only then send them."""
    nora.goes("Say a kind no to several at once")
    nora.look("thirty-noes")
    form = nora.form("noes")
    for asker in askers:
        form.locator(f'input[value="{ids[asker.name]}"]').check()
    assert nora.post("noes", {"reason": REASON}) == 200
    nora.look("thirty-noes-read")
    letters = nora.page.locator("article.letter")
    assert letters.count() == len(askers)
    for letter, asker in zip(letters.all(), sorted(askers, key=lambda one: one.number), strict=True):
        assert f"To {asker.name}" in letter.inner_text()
        assert f"Dear {asker.name}," in letter.inner_text()
        assert REASON in letter.inner_text()
        assert nora.letters("declined") == []
    assert nora.post("noes", step="send") == 200


def decides(nora: Nora, asker: Asker, toms: list[Tom]) -> None:
    """Approve the ask of whoever wants to meet somebody in the book; give the others their request back."""
    if asker.number >= APPROVED:
        assert nora.post("return", {"words": "Say in one line what you would talk about first."}) == 200
        return
    assert nora.post("approve", {**APPROVAL, "target": nora.card_of(toms[asker.number])}) == 200
    assert nora.post("approve", step="send") == 200
    toms[asker.number].waits_for("ask")


@pytest.mark.case("E1")
@pytest.mark.slow(30)
def test_thirty_requests_are_decided_and_the_desk_is_empty(stage: Stage) -> None:
    nora, toms = stage.nora(), [stage.tom() for _ in range(APPROVED)]
    rows = "".join(f"{tom.name.replace(' ', ',')},,{tom.address},{tom.organisation},Engineer,\r\n" for tom in toms)
    head = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
    nora.brings_in("Connections.csv", f"{head}{rows}".encode())
    askers = thirty(nora, toms)
    ids = waiting(nora)
    assert len(ids) == len(askers)
    assert nora.reads("30 wait for you")
    nora.look("thirty-desk")

    says_no(nora, askers[-NOES:], ids)
    assert nora.reads("Declined. Each of them gets a letter of their own.")
    nora.weighs(ids[askers[0].name])
    for asker in askers[:-NOES]:
        assert nora.reads(f"{asker.name} would like to meet {asker.target}")
        decides(nora, asker, toms)
        if asker.number + 1 < len(askers) - NOES:
            # The next one is one tap away, without a look at the list.
            nora.goes("Next:")

    nora.open(f"{nora.house.url}/desk/")
    assert nora.reads("Nothing waits for you.")
    nora.look("thirty-done")
    assert letters_of(nora, askers, ids) == {
        "verify": 30, "received": 30, "new_request": 30, "declined": NOES, "returned": RETURNED,
        "on_its_way": APPROVED, "ask": APPROVED,
    }  # fmt: skip


def letters_of(nora: Nora, askers: list[Asker], ids: dict[str, str]) -> Counter[str]:
    """Count the letters about these requests by kind, once the last of them is there; nobody has two of a kind."""
    room = nora.house.post_room
    for asker in askers:
        kind = "on_its_way" if asker.number < APPROVED else "returned"
        room.wait("declined" if asker.number >= APPROVED + RETURNED else kind, to=asker.address(nora))
    ours = [one for one in room.letters() if one.introduction in ids.values()]
    assert max(Counter((one.kind, one.to, one.introduction) for one in ours).values()) == 1
    return Counter(one.kind for one in ours)
