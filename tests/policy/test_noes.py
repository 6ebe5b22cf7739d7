"""The ready words of a kind no (N2): each reason in each tone and language, whole, distinct, and without blame."""

from __future__ import annotations

import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from tests.support.cast import REQUEST
from twoyes.policy import front as policy
from twoyes.policy import noes

DAY = date(2026, 12, 3)
EVERY = list(product(policy.NO_REASONS, policy.NO_TONES, policy.NO_LANGUAGES))
LINE = "workshop.example"
# Words by which one would know each language; none of them is a word of another here.
ENGLISH = "the and you your with for from this that would will have been not what who them they their it is are to of"
# What blames, urges or pities, as far as words alone can say so.
BLAME = {
    "en": r"you (should|must|failed|forgot|did not)|unfortunately|obviously|waste|regret|sorry|but you",
    "de": r"Sie (hätten|müssen|sollten|haben (vergessen|versäumt))|leider|bedauer|offensichtlich|Zeitverschwendung",
    "fr": r"vous (devez|devriez|auriez dû|avez oublié)|malheureusement|hélas|évidemment|désolé|perte de temps",
    "es": r"usted (debe|debería|olvidó)|desgraciadamente|lamentablemente|lástima|obviamente|pérdida de tiempo",
}
GERMAN = {
    "name": "Rieke Holm",
    "target": "Tom Zielke von Flügelbau",
    "about_me": "Ich leite die Wartung der Rotorblätter bei Nordsee Drift.",
    "why_them": "Sein Aufsatz über Erosion beschreibt den Schaden, den wir jede Woche sehen.",
    "benefit": "Er bekommt die Messwerte von drei Jahren und darf sie veröffentlichen.",
    "ask": "Ein Gespräch von zwanzig Minuten über die Spalten, die er braucht.",
}


def ready(why: str, tone: str, language: str, consolation: str = "") -> policy.ReadyNo:
    choice = policy.NoChoice(why, tone, language, consolation or policy.usual_consolation(why), DAY, LINE)
    return policy.ready_no(choice, GERMAN if language == "de" else REQUEST)


def parts(one: policy.ReadyNo) -> tuple[str, str, str]:
    return one.reason, one.instead, one.stay_in_touch


def test_every_reason_tone_and_language_is_whole_and_like_no_other() -> None:
    written = [ready(*one) for one in EVERY]
    assert len(EVERY) == 7 * 2 * 4
    assert all(all(part.strip() for part in parts(one)) for one in written)
    for place in ("reason", "stay_in_touch"):
        texts = [getattr(one, place) for one in written]
        assert len(set(texts)) == len(texts), place


def test_every_consolation_has_words_of_its_own_in_each_tone_and_language() -> None:
    every = product(policy.NO_CONSOLATIONS, policy.NO_TONES, policy.NO_LANGUAGES)
    texts = [ready("not_said", tone, language, one).instead for one, tone, language in every]
    assert len(texts) == 5 * 2 * 4
    assert all(texts)
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("language", policy.NO_LANGUAGES)
def test_nothing_blames_urges_or_is_left_unfilled(language: str) -> None:
    for why, tone, consolation in product(policy.NO_REASONS, policy.NO_TONES, policy.NO_CONSOLATIONS):
        text = "\n".join(parts(one := ready(why, tone, language, consolation))) + one.draft
        assert not re.search(r"[{}!¡\[\]]|TODO|  ", text), text
        assert not re.search(BLAME[language], text, re.IGNORECASE), text


def test_our_own_screening_of_a_message_finds_no_fault_of_tone_in_what_we_write() -> None:
    wrong = {"sales_pitch", "brain_picking", "gift_nobody_wants", "placeholder", "contact_details_wanted", "suspicious"}
    for one in EVERY:
        text = " ".join(parts(ready(*one)))
        assert not wrong & {finding.code for finding in policy.screen_message(text)}, text


@pytest.mark.parametrize(("why", "tone"), list(product(policy.NO_REASONS, policy.NO_TONES)))
def test_a_no_in_german_has_no_english_word_in_it(why: str, tone: str) -> None:
    for consolation in policy.NO_CONSOLATIONS:
        one = ready(why, tone, "de", consolation)
        spoken = re.findall(r"[\w’]+", " ".join((*parts(one), one.draft)).replace(LINE, "").casefold())
        assert not {*spoken} & {*ENGLISH.split()}, (why, tone, consolation)


@pytest.mark.parametrize(
    ("language", "first", "third"),
    [
        ("en", "1 December 2026", "3 March 2027"),
        ("de", "1. Dezember 2026", "3. März 2027"),
        ("fr", "1er décembre 2026", "3 mars 2027"),
        ("es", "1 de diciembre de 2026", "3 de marzo de 2027"),
    ],
)
def test_a_day_is_written_as_in_that_language(language: str, first: str, third: str) -> None:
    assert policy.spoken_date(date(2026, 12, 1), language) == first
    assert policy.spoken_date(date(2027, 3, 3), language) == third
    assert first in ready("too_soon", "direct", language).instead.replace(policy.spoken_date(DAY, language), first)


def test_french_stands_in_its_own_typography() -> None:
    text = Path(noes.__file__).with_name("fr.toml").read_text("utf-8")
    said = "\n".join(line for line in text.splitlines() if not line.startswith("#") and " = " in line)
    values = re.findall(r'"([^"]*)"', said)
    assert not [value for value in values if re.search(r"(?<=\w) [:;?»]|« |'", value)]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("de", "de"), ("de-AT", "de"), ("FR", "fr"), ("es-mx", "es"), ("en", "en"), ("pt", "en"), ("", "en")],
)
def test_a_language_without_ready_words_is_answered_in_english(asked: str, meant: str) -> None:
    assert policy.language_of(asked) == meant


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        ([], ()),
        (["too_new"], ("not_known",)),
        (["no_benefit", "too_new"], ("no_benefit", "not_known")),
        (["too_soon"], ("too_soon",)),
        (["sales_pitch", "outcome_owed"], ("my_rule",)),
        (["against_wishes"], ("not_said",)),
        (["no_homework", "unheard_of"], ()),
    ],
)
def test_what_was_found_says_which_reason_is_offered_first_and_none_is_lost(
    codes: list[str], first: tuple[str, ...]
) -> None:
    offered = policy.suggested_reasons(codes)
    assert offered[: len(first)] == first
    assert sorted(offered) == sorted(policy.NO_REASONS)
    assert first or offered == policy.NO_REASONS


@pytest.mark.parametrize("language", policy.NO_LANGUAGES)
def test_a_draft_is_made_of_their_own_words_and_holds_no_address(language: str) -> None:
    told = {**REQUEST, "ask": "Write to tom@target.example or rita@asks.example.", "benefit": "{name} {ask}"}
    draft = policy.ready_draft(told, language)
    assert REQUEST["about_me"] in draft
    assert draft.count(REQUEST["name"]) == 2
    assert "@" not in draft
    assert "{name} {ask}" in draft
    assert "\n\n\n" not in draft


def test_a_part_that_nobody_wrote_is_left_out_of_the_draft_with_its_heading() -> None:
    draft = policy.ready_draft({**REQUEST, "benefit": ""}, "en")
    assert "What would be in it for you" not in draft
    assert "What I am asking" in draft


def test_a_long_request_makes_a_draft_that_is_still_read() -> None:
    draft = policy.ready_draft({**REQUEST, "about_me": "word " * 300}, "en")
    assert "word…" in draft
    assert len(draft.split()) < 200


def test_what_somebody_wrote_is_never_read_as_a_place_of_ours() -> None:
    told = {**REQUEST, "target": "{date} {resource}"}
    assert "“{date} {resource}”" in policy.ready_no(policy.NoChoice("target_not_known"), told).reason
