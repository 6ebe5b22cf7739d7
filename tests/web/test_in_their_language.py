"""Whoever asked in German, French or Spanish reads nothing in English: no letter, no page, no mend (N6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation

from tests.support.cast import REQUEST, Cast
from tests.support.english import english_in, words_of
from tests.web.browsing import Browser
from tests.web.chosen import STRANGER, Stage
from twoyes.introductions import front as introductions
from twoyes.lib import clock
from twoyes.mail import front as mail
from twoyes.policy import front as policy

# Words that are English nowhere, so that whatever is English came from the house.
THEIRS = {
    "about_me": "Blattwartung, Nordsjø Drift.",
    "why_them": "Kantenerosion, Aufsatz 2024.",
    "why_now": "Mai.",
    "benefit": "Prüfdaten.",
    "ask": "Ein Gespräch, 20 Min.",
    "by_when": "Mai",
    "homework": "Drei Aufsätze.",
    "how_we_know": "Borkum.",
    "target": "Uma Dritte",
    "link": "",
}
POOR = {"why_now": "", "homework": "", "how_we_know": "", "minutes": "90", "format": "other"}
NAMES = ("Cora Lund", "Rita Holm", "Twoyes", *THEIRS.values())
LANGUAGES = ("de", "fr", "es")


@pytest.fixture
def stage(cast: Cast, cora: Browser) -> Stage:
    return Stage(cast, cora)


def read(cast: Cast, kind: str) -> str:
    """Return the newest letter of this kind as its reader reads it."""
    facts = next(one for one in reversed(cast.sent) if one.kind == kind)
    with clock.frozen(cast.now):
        composed = mail.compose(facts)
    return f"{composed.subject}\n{composed.text}\n{words_of(composed.html)}"


def page(cast: Cast, introduction: str, *, of: str = "received") -> str:
    """Return the requester's page, by a letter of this kind, in a browser that asks for no language."""
    browser = Browser(cast)
    at = browser.get(f"/r/{cast.key(introduction, of)}").headers["Location"]
    return words_of(browser.get(at).content.decode())


def plain(text: str) -> str:
    """Return a text without what its lines were broken by."""
    return " ".join(text.split())


def mends(language: str, codes: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the mend of each finding in English and in their language."""
    said = {**REQUEST, **THEIRS, **POOR, "name": "Rita Holm"}
    with translation.override("en"):
        plain = {one.code: one.mend for one in policy.helps(said, codes)}
    with translation.override(language):
        theirs = {one.code: one.mend for one in policy.helps(said, codes)}
    for code, mend in plain.items():
        yield mend, theirs[code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_back_carries_its_mends_in_the_language_of_whoever_asked(stage: Stage, language: str) -> None:
    cast = stage.cast
    stage.choose(talk_first="yes", talk_first_when="always")
    asked = stage.ask(**{**THEIRS, **POOR}, language=language)
    codes = stage.cora.form(f"/desk/introductions/{asked}/", "return").choices["codes"]
    assert len(codes) > 4, codes
    stage.cora.press(f"/desk/introductions/{asked}/", "return", codes=" ".join(codes), words="Danke.")
    cast.deliver()
    letter = read(cast, "returned")
    told = list(mends(language, codes))
    assert told
    for english, theirs in told:
        assert english != theirs
        assert plain(theirs) in plain(letter)
    assert english_in(letter, known=NAMES) == []
    assert english_in(page(cast, asked, of="returned"), known=(*NAMES, "English")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_without_a_place_is_told_in_their_language_what_would_earn_it(stage: Stage, language: str) -> None:
    stage.mail()
    stage.choose(places="yes", places_places="1")
    stage.ask(**STRANGER)
    late = stage.ask(**THEIRS, email="uwe@new.example", name="Uwe Spät", language=language)
    assert stage.cast.state(late) == "returned"
    with translation.override(language):
        earns = policy.what_earns()
    names = (*NAMES, "Uwe Spät", "English")
    for told in (read(stage.cast, "returned"), page(stage.cast, late, of="returned")):
        assert plain(earns) in plain(told)
        assert english_in(told, known=names) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["received", "declined", "lapsed", "on_its_way", "not_this_time", "still_looking"])
def test_no_letter_and_no_page_on_the_way_is_english(cast: Cast, language: str, kind: str) -> None:
    fields = {**THEIRS, "target": "Tom Target", "language": language}
    asked = cast.waiting(**fields)
    if kind in {"declined", "still_looking"}:
        day = (cast.now + timedelta(days=40)).date().isoformat()
        chosen = {"why": "too_soon", "consolation": "come_back", "come_back": day}
        introductions.decline(asked, chosen, actor=cast.desk, now=cast.now)
        cast.pass_time(timedelta(days=41 if kind == "still_looking" else 0))
    elif kind == "lapsed":
        cast.pass_time(timedelta(days=15))
    elif kind != "received":
        _approve(cast, asked)
        cast.pass_time(timedelta(days=30 if kind == "not_this_time" else 0))
    names = (*NAMES, "Tom Target", "English")
    assert english_in(read(cast, kind), known=names) == []
    assert english_in(page(cast, asked), known=names) == []


def _approve(cast: Cast, asked: str) -> None:
    from tests.support.cast import APPROVAL, frozen

    approval = {**APPROVAL, "target": cast.tom.id}
    introductions.approve(asked, approval, frozen=frozen(), actor=cast.desk, now=cast.now)
