"""The scanner: a program before a mailbox that opens every link with scripts on, waits, and presses buttons."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import pytest

from tests.journeys.browsing import SCREEN, Visitor
from tests.journeys.people import Person, Stage
from tests.journeys.postroom import Letter
from tests.journeys.test_asked import asked

pytestmark = pytest.mark.browser

_URL = re.compile(r"https?://[^\s\"'<>]+")
# What people decided, and what is owed because of it; not the clock's own mark, nor what a worker does with a letter.
_TABLES = {
    "introductions_introduction": "*",
    "introductions_journalentry": "*",
    "introductions_letter": "id, kind, side",
    "introductions_link": "*",
    "introductions_askedpair": "*",
    "people_wish": "*",
    "people_subject": "*",
}
_BUTTONS = 'button, input[type="submit"], input[type="button"], [role="button"]'
# Seconds that scripts get to run.
_WAIT = 0.5


class Scanner(Visitor):
    """Opens each link as new, without cookies of anybody."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.browser, "The scanner", size=SCREEN)

    def opens(self, url: str) -> None:
        """Open an address in a clean window, let its scripts run, and look at it for a while."""
        self.context.clear_cookies()
        self.page.goto(url)
        time.sleep(_WAIT)

    def presses_all(self, url: str) -> int:
        """Press every button of the page behind a link, each on a page opened anew; return how many it pressed."""
        pressed = 0
        while True:
            self.opens(url)
            if pressed >= self.page.locator(_BUTTONS).count():
                return pressed
            self.page.evaluate("one => document.querySelectorAll(one[0])[one[1]].click()", [_BUTTONS, pressed])
            self.page.wait_for_load_state()
            time.sleep(_WAIT)
            pressed += 1


def links(letters: list[Letter]) -> Iterator[str]:
    """Every address in the letters: in both texts and in each header."""
    for letter in letters:
        head = letter.raw.partition(b"\r\n\r\n")[0].decode()
        yield from dict.fromkeys(_URL.findall(f"{head}\n{letter.text}\n{letter.html}"))


def decided(stage: Stage) -> str:
    """A digest of everything that somebody decided in this house."""
    place = f"file:{stage.house.data / 'twoyes.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(place, uri=True, timeout=20)) as store:
        rows = [store.execute(f"SELECT {columns} FROM {table}").fetchall() for table, columns in _TABLES.items()]
    return sha256(repr(rows).encode()).hexdigest()


def reads_mail_of(person: Person) -> list[str]:
    """The links in this person's mailbox."""
    return list(dict.fromkeys(links(person.letters())))


@pytest.mark.case("C33")
def test_opening_every_link_of_every_letter_changes_nothing(stage: Stage) -> None:
    rita, tom = asked(stage)
    rita.waits_for("on_its_way")
    scanner, before = Scanner(stage), decided(stage)
    found = reads_mail_of(rita) + reads_mail_of(tom)
    assert len(found) >= 4
    for url in found:
        scanner.opens(url)
    assert decided(stage) == before
    scanner.context.close()
    assert tom.answers("yes") == 200


@pytest.mark.case("C33", "C34")
def test_a_scanner_that_presses_every_button_of_the_ask_answers_nothing(stage: Stage) -> None:
    rita, tom = asked(stage)
    rita.waits_for("on_its_way")
    scanner, before = Scanner(stage), decided(stage)
    pressed = sum(scanner.presses_all(url) for url in reads_mail_of(tom))
    assert pressed >= 3
    assert decided(stage) == before
    scanner.context.close()
    stage.house.tick(minutes=11)
    assert tom.letters("introduction") == []
    assert rita.letters("introduction") == []
    tom.returns()
    assert tom.post("not_me", {"sure": "yes"}) == 200
    assert tom.reads("This address is not asked again")


@pytest.mark.case("C34")
def test_a_scanner_that_presses_every_button_of_hers_can_only_close(stage: Stage) -> None:
    rita, tom = asked(stage)
    scanner = Scanner(stage)
    for url in reads_mail_of(rita):
        scanner.presses_all(url)
    scanner.context.close()
    assert stage.cora.finds(rita.introduction, "withdrawn")
    stage.house.tick(minutes=11)
    assert [one.kind for one in tom.letters()] == ["ask"]
    assert rita.letters("introduction") == []
