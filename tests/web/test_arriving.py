"""How a request would arrive: the letter beside the form, counted and weighed, before anything is sent (A2, K6, K7)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.cast import REQUEST
from tests.web.browsing import Browser
from tests.web.doors import digest
from twoyes.introductions.models import Introduction
from twoyes.mail.letters.ask import WORDS


def look(browser: Browser, fields: Mapping[str, str], *, script: bool = True) -> str:
    form = browser.form("/@cora", "request")
    headers = {"HX-Request": "true"} if script else {}
    answer = browser.post("/@cora/preview", {**form.values, **fields}, **headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_letter_is_shown_in_the_words_of_whoever_writes(rita: Browser) -> None:
    shown = look(rita, REQUEST)
    for part in ("about_me", "why_them", "benefit", "ask"):
        assert REQUEST[part] in shown, part
    assert REQUEST["how_we_know"] not in shown, "what only the connector reads is not in the letter"
    assert REQUEST["email"] not in shown
    assert "<html" not in shown


def test_without_a_script_the_whole_page_comes_with_all_that_was_typed(rita: Browser) -> None:
    page = look(rita, REQUEST, script=False)
    assert "<h1>" in page
    assert page.count(REQUEST["benefit"]) >= 2, "once in its field, once in the letter"


def test_each_part_is_counted_against_what_the_letter_shows(rita: Browser) -> None:
    long = " ".join(["word"] * (WORDS["ask"] + 7))
    shown = look(rita, {**REQUEST, "ask": long})
    assert f"{WORDS['ask'] + 7} words; the letter shows the first {WORDS['ask']}" in shown
    assert f"{len(REQUEST['benefit'].split())} of {WORDS['benefit']} words" in shown


def test_what_is_missing_is_named_and_what_is_weak_comes_with_its_mend(rita: Browser) -> None:
    shown = look(rita, {**REQUEST, "why_now": "", "benefit": "A coffee."})
    assert "Still empty: Why now" in shown
    assert "what they would be glad to have" in shown


@pytest.mark.case("D22")
def test_looking_sends_nothing_and_stores_nothing(rita: Browser) -> None:
    form = rita.form("/@cora", "request")
    before = digest()
    rita.post("/@cora/preview", {**form.values, **REQUEST})
    assert digest() == before
    assert not Introduction.objects.exists()


def test_markup_in_words_stays_words(rita: Browser) -> None:
    shown = look(rita, {**REQUEST, "ask": "<script>alert(1)</script>{{ connector }}"})
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_what_would_help_stands_beside_its_field_and_the_words_are_counted_there(rita: Browser) -> None:
    weak = {**REQUEST, "benefit": "I can send them our free e-book about boats and a newsletter."}
    for script in (True, False):
        shown = look(rita, weak, script=script)
        beside = shown.partition('id="benefit-beside"')[2].partition('id="ask-beside"')[0]
        assert "a thing that people are sent every day" in beside
        assert f"{len(weak['benefit'].split())} words" in shown.partition('id="benefit-count"')[2][:60]


def test_a_script_gets_the_insides_alone_so_that_the_field_and_its_live_region_stay(rita: Browser) -> None:
    shown = look(rita, REQUEST)
    assert 'id="ask-beside" hx-swap-oob="innerHTML"' in shown
    assert "<textarea" not in shown
    page = rita.get("/@cora").content.decode()
    assert 'id="ask-beside" aria-live="polite"' in page
    assert "ask-beside" in page.partition('id="ask" name="ask"')[2][:120], "who hears the page is told what would help"


def test_what_is_suspicious_is_never_told_to_whoever_writes(rita: Browser) -> None:
    shown = look(
        rita, {**REQUEST, "benefit": "They double their money in crypto, returns are guaranteed."}, script=False
    )
    assert "often written by people who want money" not in shown
