"""The cast in a browser: Rita requests, Cora connects, Tom is the target. Each journey has people of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from tests.journeys.browsing import PHONE, SCREEN, Visitor
from tests.journeys.house import CORA, HANDLE, SURNAMES, House, tom_address
from tests.journeys.postroom import Letter

WORDS: Mapping[str, str] = {
    "about_me": "I lead blade maintenance at Nordsjo Drift and have worked on turbines for fourteen years.",
    "why_them": "His 2024 paper on leading edge erosion describes the damage that we log every week.",
    "why_now": "Our inspection season starts in May and the drones are booked.",
    "benefit": "He gets three years of inspection data from 212 turbines, cleaned and labelled, to publish on.",
    "ask": "One video call of 20 minutes about which columns of the data he needs.",
    "format": "video",
    "minutes": "20",
    "by_when": "before the middle of May",
    "homework": "I read his three papers and ran his model on our log of 2023.",
    "how_we_know": "Cora and I worked together on Borkum for two years.",
    "may_pass_on": "yes",
}
APPROVAL: Mapping[str, str] = {
    "vouch": "Worked with her for two years on Borkum: careful, punctual, asks good questions.",
    "vouch_level": "vouch",
    "why_target": "Her team logs every week what your paper describes.",
    "why_requester": "Tom knows this damage better than anybody.",
    "personal_line": "I hope the move to Gdansk went well.",
}
OFFER: Mapping[str, str] = {
    "because": "You both look at how blades wear at sea.",
    "why_first": "The other has the model that your log asks for.",
    "why_second": "The other has the log that your model asks for.",
    "vouch": "I worked with both of you and would again.",
}


class Person(Visitor):
    """Somebody who gets letters in this house."""

    address: str

    def __init__(self, stage: Stage, name: str, *, size: tuple[int, int] = PHONE, language: str = "en") -> None:
        super().__init__(stage.browser, name, size=size, language=language)
        self.stage, self.house = stage, stage.house

    def waits_for(self, kind: str, number: int = 1) -> Letter:
        """Return a letter of this kind to this person, as soon as a worker has delivered it."""
        return self.house.post_room.wait(kind, to=self.address, number=number)

    def letters(self, kind: str = "") -> list[Letter]:
        """Return what this person has been sent so far."""
        return self.house.post_room.letters(kind, to=self.address)

    def follows(self, letter: Letter) -> None:
        """Open the one link of a letter; its token must not stay in the address."""
        self.opens_by(letter.link)
        assert urlsplit(letter.link).path not in self.page.url

    def opens_by(self, link: str) -> None:
        """Open a link that came another way than by letter."""
        self.open(link)
        self.at = self.page.url

    def returns(self) -> None:
        """Open the page of the letter once more."""
        self.open(self.at)


class Rita(Person):
    """Somebody who would like to meet somebody."""

    def __init__(self, stage: Stage, number: int, *, language: str = "en") -> None:
        name = f"Rita Holm{'abcdefghijklmnopqrstuvwxyz'[number % 26] * (1 + number // 26)}"
        super().__init__(stage, name, language=language)
        self.address = f"rita{number:02d}@asks.example"

    def asks_for(self, tom: Tom, *, at: str = HANDLE, words: Mapping[str, str] = WORDS) -> None:
        """Write a request on a connector's page, sleep on it, send it, and prove the address by the letter."""
        self.open(f"{self.house.url}/@{at}")
        wanted = {"name": self.name, "email": self.address, "target": f"{tom.name} of {tom.organisation}"}
        self.fill("request", **wanted, **words)
        self.look("form")
        self.house.next_day()
        assert self.post("request") == 200
        self.look("received")
        self.follows(self.waits_for("verify"))
        self.look("verify")
        assert self.post("verify") == 200
        self.look("requests")
        self.follows(self.waits_for("received"))
        self.look("request-waiting")

    def is_told(self, words: str) -> bool:
        """Say whether Rita's own page shows these words now."""
        self.returns()
        return self.reads(words)

    @property
    def introduction(self) -> str:
        return self.waits_for("received").introduction


class Tom(Person):
    """Somebody in Cora's book whom nobody has asked yet."""

    def __init__(self, stage: Stage, number: int) -> None:
        super().__init__(stage, f"Tom {SURNAMES[number]}")
        self.address, self.organisation = tom_address(number), f"Blade Works {number}"

    def is_asked(self, number: int = 1) -> None:
        """Open the ask, as soon as it is there."""
        self.follows(self.waits_for("ask", number))

    def answers(self, answer: str, **fields: str) -> int:
        """Choose an answer and press the button."""
        ticked = {"confirm": "yes"} if answer in {"yes", "written_only"} else {}
        return self.post("answer", {"answer": answer, **ticked, **fields})

    def in_days(self, days: int) -> date:
        """Return a day to come, by the house's own calendar."""
        return (self.house.now() + timedelta(days=days)).date()


class Cora(Person):
    """Who has the address book. She logged in by `twoyes connector link`."""

    def __init__(self, stage: Stage, *, size: tuple[int, int] = SCREEN, language: str = "en") -> None:
        super().__init__(stage, "Cora", size=size, language=language)
        self.address, self.handle = CORA, HANDLE

    def comes_in(self) -> None:
        """Log in by a link from the command line."""
        self.open(self.house.read("connector", "link", self.handle)["url"])
        assert self.post("login") == 200

    def goes(self, words: str) -> None:
        """Press a link of the page by its words."""
        with self.page.expect_navigation() as arrived:
            self.page.locator("main a", has_text=words).first.click()
        self._arrive(arrived.value)

    def brings_in(self, name: str, data: bytes) -> None:
        """Import a file by the page, and wait until all of it is accounted for."""
        self.open(f"{self.house.url}/desk/people/import/")
        self.page.set_input_files("#file", {"name": name, "mimeType": "text/plain", "buffer": data})
        self.page.get_by_role("button", name="Import").click()
        self.page.get_by_text("of the file", exact=False).filter(has_text="accounted for.").wait_for()

    def copies(self, field: str) -> str:
        """Press the button that copies a field, and return what is to be pasted elsewhere then."""
        self.page.locator(f'button[data-copy="{field}"]').click()
        self.page.locator(f'[data-copy="{field}"] + [role="status"]', has_text="Copied.").wait_for()
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def weighs(self, introduction: str) -> None:
        """Open one introduction from the list on the desk."""
        self.open(f"{self.house.url}/desk/")
        with self.page.expect_navigation() as arrived:
            self.page.locator(f'a[href*="/desk/introductions/{introduction}/"]').first.click()
        self._arrive(arrived.value)

    def approves(self, introduction: str, tom: Tom, **fields: str) -> None:
        """Choose the card, write her own words, read the very text, and send it."""
        self.weighs(introduction)
        self.look("desk-waiting")
        self.post("approve", {**APPROVAL, **fields, "target": self.card_of(tom)})
        assert self.reads(APPROVAL["vouch"])
        self.look("desk-preview")
        assert self.post("approve", step="send") == 200

    def next_chapter(self, rita: Rita) -> str:
        """Return the introduction that followed Rita's first one, as the desk lists it."""
        self.open(f"{self.house.url}/desk/")
        rows = self.page.locator('a[href*="/desk/introductions/"]', has_text=rita.name)
        found = {str(row.get_attribute("href")).split("/")[3] for row in rows.all()} - {rita.introduction}
        assert len(found) == 1, f"the desk lists {found} after the first chapter"
        return found.pop()

    def takes_the_text(self) -> tuple[str, str]:
        """Take the approved text by hand, from the page of the introduction; return it with its link."""
        assert self.post("by_hand") == 200
        self.look("desk-by-hand")
        return self.page.input_value("#text"), self.page.input_value("#link")

    def card_of(self, tom: Tom) -> str:
        """Return the id of a card among the choices on this page."""
        choice = self.form("approve").locator("label", has_text=tom.name).locator('input[type="radio"]')
        return str(choice.get_attribute("value"))

    def offers_to(self, first: Tom, second: Tom, **fields: str) -> str:
        """Offer two people to each other, having read both letters; return the id of the introduction."""
        self.open(f"{self.house.url}/desk/offer/")
        self.look("desk-offer")
        who = {"first_query": first.address, "second_query": second.address}
        assert self.post("offer", {**OFFER, **who, **fields}) == 200
        self.look("desk-offer-preview")
        assert self.post("offer", step="send") == 200
        return self.page.url.split("/introductions/")[1].split("/")[0]

    def finds(self, introduction: str, state: str) -> bool:
        """Say whether the desk shows an introduction in this state, in the desk's own words."""
        self.open(f"{self.house.url}/desk/introductions/{introduction}/")
        return self.page.locator("main p.quiet").first.inner_text().startswith(state)


class Nora(Cora):
    """Somebody who moved in a moment ago: a book and a desk of her own, and a phone."""

    def __init__(self, stage: Stage, number: int, *, language: str = "en") -> None:
        super().__init__(stage, size=PHONE, language=language)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.name, self.address = f"Nora Vik {number}", f"nora{number:02d}@connects.example"
        self.handle = f"nora{number:02d}"
        who = ("--name", self.name, "--handle", self.handle, "--language", language)
        self.house.run("connector", "add", self.address, *who)
        self.comes_in()


class Stage:
    """A house, a browser, and as many people as a journey needs, none of whom ever met before."""

    def __init__(self, house: House, browser: Browser) -> None:
        self.house, self.browser = house, browser
        self.people: list[Person] = []
        self._cora: Cora | None = None
        self._numbers: dict[type[Person], int] = {Rita: 0, Tom: 0, Nora: 0}

    @property
    def cora(self) -> Cora:
        """Cora at her desk; she logs in once, by a link from the command line."""
        if self._cora is None:
            self._cora = Cora(self)
            self._cora.comes_in()
        return self._cora

    def newcomer(self, *, size: tuple[int, int] = SCREEN) -> Cora:
        """Return Cora at a browser that does not know her."""
        return self._enters(Cora(self, size=size))

    def rita(self, *, language: str = "en") -> Rita:
        """Return somebody who never asked for anybody; `language` is what their browser asks for."""
        return self._enters(Rita(self, self._next(Rita), language=language))

    def tom(self) -> Tom:
        """Return somebody from Cora's book who was never asked."""
        return self._enters(Tom(self, self._next(Tom)))

    def nora(self, *, language: str = "en") -> Nora:
        """Return a connector who has just got a desk of her own in this house, logged in on her phone."""
        return self._enters(Nora(self, self._next(Nora), language=language))

    def clear(self) -> None:
        """Let everybody but Cora leave. Raises AssertionError when one of their pages complained."""
        people, self.people = self.people, []
        if self._cora is not None:
            complaints, self._cora.complaints = self._cora.complaints, []
            assert complaints == [], f"Cora had pages that complained: {complaints}"
        for person in people:
            person.leave()

    def _enters[P: Person](self, person: P) -> P:
        self.people.append(person)
        return person

    def _next(self, kind: type[Person]) -> int:
        self._numbers[kind] += 1
        return self._numbers[kind] - 1


@contextmanager
def staged(house: House, browser: Browser) -> Iterator[Stage]:
    """Furnish a house and open it, web and worker apart; it is closed at the end, whatever was played in it."""
    try:
        house.furnish()
        house.open("--web-only")
        yield Stage(house, browser)
    finally:
        house.close()
