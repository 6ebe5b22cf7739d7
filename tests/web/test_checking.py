"""/check: a message is weighed and nothing of it stays (K7, B1, B2)."""

from __future__ import annotations

from tests.web.browsing import Browser, twice, unlabelled
from tests.web.doors import digest

POOR = "I would love to pick his brain over a coffee. We offer a free demo of our leading platform."
GOOD = (
    "I lead blade maintenance at Nordsjo Drift. His 2024 paper describes the damage that we log every week, and he"
    " would get three years of inspection data to publish on. May I call for 20 minutes before May, about which"
    " columns he needs?"
)


def found(browser: Browser, message: str) -> str:
    return browser.press("/check", "check", message=message).content.decode()


def test_what_would_make_it_hard_to_help_is_named_with_what_to_write_instead(rita: Browser) -> None:
    page = found(rita, POOR)
    assert "price of a coffee" in page
    assert "sales pitch" in page
    assert POOR in page, "the message comes back to be changed"


def test_a_good_message_is_left_alone_and_its_words_are_counted(rita: Browser) -> None:
    page = found(rita, GOOD)
    assert 'class="finding"' not in page
    assert f"{len(GOOD.split())} words" in page


def test_nothing_of_a_message_is_stored(rita: Browser) -> None:
    before = digest()
    found(rita, POOR)
    assert digest() == before


def test_an_empty_message_is_asked_for(rita: Browser) -> None:
    answer = rita.press("/check", "check", message="  ")
    assert answer.status_code == 422
    assert 'data-error="message:required"' in answer.content.decode()
    page = rita.get("/check")
    assert unlabelled(page) == twice(page) == []


def test_a_flood_is_answered_at_once_and_in_full(rita: Browser) -> None:
    assert rita.press("/check", "check", message="word " * 50_000).status_code == 200
