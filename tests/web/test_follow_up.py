"""Every letter's link opens a page of its own kind, and what is asked there can be done (F1, F3, F5)."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.support.cast import Cast
from tests.web.browsing import Browser, forms_of
from twoyes.introductions.front import LetterFacts
from twoyes.mail import front as mail

JOURNEYS: dict[str, Callable[[Cast], object]] = {
    "asked": lambda cast: cast.closed(),
    "returned": lambda cast: cast.returned(),
    "talking": lambda cast: cast.talking(),
    "passed": lambda cast: cast.passed(),
    "refused": lambda cast: (cast.refused(), cast.pass_time(timedelta(days=30))),
    "deferred": lambda cast: (cast.deferred(), cast.pass_time(timedelta(days=60))),
}


def path_in(facts: LetterFacts) -> str:
    """Return the address that a letter leads to, on this server."""
    return urlsplit(mail.page(facts)).path


@pytest.mark.parametrize("journey", JOURNEYS)
def test_the_link_of_every_letter_opens_a_page(cora: Browser, cast: Cast, journey: str) -> None:
    JOURNEYS[journey](cast)
    led = [facts for facts in cast.sent if facts.token or facts.side == "connector"]
    assert led
    for facts in led:
        if facts.kind == "verify":
            continue
        assert cora.follow(path_in(facts)).status_code == 200, (facts.kind, facts.side)


@pytest.mark.parametrize("writes_first", ["first", "second"])
def test_whoever_writes_first_in_an_offer_tells_what_happened_on_a_page_of_their_own(
    rita: Browser, cast: Cast, writes_first: str
) -> None:
    introduction = cast.offered_second(writes_first=writes_first)
    cast.answer(introduction, "yes", side="second")
    cast.pass_time(timedelta(days=16))
    assert cast.state(introduction) == "awaiting_outcome"
    facts = next(facts for facts in cast.sent if facts.kind == "what_happened")
    assert facts.side == writes_first
    page = rita.get(path_in(facts)).headers["Location"]
    other = "Tom Target" if writes_first == "first" else "Rita Holm"
    assert other in rita.get(page).content.decode()
    assert rita.press(page, "outcome", outcome="met").status_code == 303
    assert cast.state(introduction) == "closed"


def test_the_quiet_line_of_an_introduction_is_a_page_for_that_line_and_nothing_else(tom: Browser, cast: Cast) -> None:
    introduction = cast.introduced()
    facts = next(facts for facts in cast.sent if facts.kind == "introduction" and facts.side == "target")
    page = tom.get(path_in(facts)).headers["Location"]
    shown = tom.get(page)
    assert [form.act for form in forms_of(shown)] == ["how_it_went"]
    assert "212 turbines" not in shown.content.decode()
    assert tom.press(page, "how_it_went", comment="A good talk.").status_code == 303
    assert cast.state(introduction) == "introduced"
