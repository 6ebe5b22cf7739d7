"""Words that are ready afterwards: a first letter, two thank-yous, amends; sent by their reader alone (F1, F3, F5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.cast import REQUEST, Cast
from tests.web.browsing import Browser
from twoyes.introductions import front as introductions

pytestmark = pytest.mark.django_db


def shown(browser: Browser, path: str) -> str:
    page = browser.get(path)
    assert page.status_code == 200
    return page.content.decode()


def test_whoever_writes_first_finds_a_first_letter_and_later_none(rita: Browser, cast: Cast) -> None:
    introduction = cast.introduced()
    html = shown(rita, rita.open_as(introduction, "requester"))
    assert "Dear Tom Target,\n\nthank you for agreeing to hear from me, and thank you, Cora Lund, for this." in html
    assert f"What I would like to ask you: {REQUEST['ask']}" in html
    assert "move Cora Lund to BCC" in html
    introductions.says_wrote(introduction, actor=cast.asker(introduction), now=cast.now)
    assert "Your first letter" not in shown(rita, rita.open_as(introduction, "requester"))


def test_a_percent_sign_in_somebodys_words_is_a_percent_sign(rita: Browser, cast: Cast) -> None:
    introduction = cast.introduced(ask="Whether 5 %(s of 20 % is much.", name="Rita %s Holm")
    html = shown(rita, rita.open_as(introduction, "requester"))
    assert "What I would like to ask you: Whether 5 %(s of 20 % is much." in html
    assert "Rita %s Holm</textarea>" in html


def test_before_an_introduction_no_word_is_ready_that_names_anybody(rita: Browser, cast: Cast) -> None:
    html = shown(rita, rita.open_as(cast.asked(), "requester"))
    assert "Tom Target," not in html
    assert 'class="part ready"' not in html


def test_whoever_told_good_news_finds_two_thank_yous(rita: Browser, cast: Cast) -> None:
    html = shown(rita, rita.open_as(cast.closed(), "requester"))
    assert "Dear Tom Target,\n\nthank you for your time." in html
    assert "Dear Cora Lund,\n\nthank you for introducing me to Tom Target." in html


def test_nobody_thanks_for_a_meeting_that_was_none(rita: Browser, cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    introductions.report_outcome(introduction, "no_reply", "", actor=cast.asker(introduction), now=cast.now)
    assert 'class="part ready"' not in shown(rita, rita.open_as(introduction, "requester"))


def test_a_missed_date_comes_with_amends_and_says_what_happened(cora: Browser, cast: Cast) -> None:
    introduction = cast.awaiting_outcome()
    asker = cast.asker(introduction)
    introductions.report_outcome(introduction, "no_show_me", "My train.", actor=asker, now=cast.now)
    html = shown(cora, f"/desk/introductions/{introduction}/")
    assert "I introduced Rita Holm to you and hear that they missed your date." in html
    assert "I missed our date<br>My train." in html


def test_silence_to_the_end_comes_with_amends_and_good_news_without(cora: Browser, cast: Cast) -> None:
    silent = cast.unreported()
    assert "never heard what became of it" in shown(cora, f"/desk/introductions/{silent}/")
    cast.pass_time(timedelta(days=1))
    introductions.report_outcome(silent, "met", "", actor=cast.asker(silent), now=cast.now)
    assert "never heard what became of it" not in shown(cora, f"/desk/introductions/{silent}/")
