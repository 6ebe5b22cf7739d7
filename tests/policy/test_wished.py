"""A request against somebody's wishes: whole words, blind to case and accents, and nothing else (B4, A5)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.policy.examples import RITA
from twoyes.policy import Facts, front, screen
from twoyes.policy.front import against, topics_of


def test_without_wishes_nothing_is_against_them() -> None:
    assert not against(RITA, formats=(), unwelcome="")
    assert screen(RITA, facts=Facts()) == []


@pytest.mark.parametrize(
    ("taken", "asked", "wrong"),
    [
        (("mail",), "video", "video"),
        (("mail", "video"), "video", ""),
        (("mail",), "", ""),
        (("mail",), "other", ""),
        (("none",), "mail", "mail"),
    ],
)
def test_a_format_counts_where_it_is_named_and_not_taken(taken: tuple[str, ...], asked: str, wrong: str) -> None:
    assert against(RITA | {"format": asked}, formats=taken, unwelcome="").format == wrong


@pytest.mark.parametrize(
    ("topic", "field"),
    [
        ("storm floods", "about_me"),
        ("STÓRM FLOODS", "about_me"),
        ("Oceanography", "about_me"),
        ("storm flood", ""),
        ("floods storm", ""),
        ("ocean", ""),
        ("crypto", ""),
    ],
)
def test_a_topic_is_met_word_by_word(topic: str, field: str) -> None:
    found = against(RITA, formats=(), unwelcome=f"lawsuits; {topic}")
    assert found.topics == (((topic, field),) if field else ())
    assert bool(found) == bool(field)


def test_umlauts_are_met_as_they_are_written_by_hand() -> None:
    assert against(RITA | {"ask": "Ein Gespraech ueber Kraene."}, formats=(), unwelcome="Kräne").topics
    assert against(RITA | {"ask": "Ein Gespräch über Kräne."}, formats=(), unwelcome="Krane").topics


def test_what_a_connector_says_of_both_is_read_as_well() -> None:
    assert against({"because": "You both sail."}, formats=("mail",), unwelcome="sail").fields == ["because"]


def test_topics_are_parted_by_lines_commas_and_semicolons_each_once() -> None:
    assert topics_of("cranes, law suits;\n- cranes\n\n * ,;. taxes.") == ["cranes", "law suits", "taxes"]


def test_the_findings_name_the_fields_and_rest_on_facts_alone() -> None:
    facts = Facts(formats_taken=("mail",), unwelcome="gauge records\nstorm floods", not_before=date(2026, 12, 1))
    found = [(one.code, one.field, one.also) for one in screen(RITA, facts=facts)]
    assert found == [("against_wishes", "format", ("why_them", "about_me")), ("too_soon", "target", ())]


@pytest.mark.parametrize("code", ["against_wishes", "too_soon"])
def test_what_the_other_wishes_is_told_to_nobody_who_asks_and_set_aside_by_nobody(code: str) -> None:
    assert not front.may_be_told(code)
    assert not front.may_be_set_aside(code)
    assert not front.about_words(code)


def test_a_flood_of_topics_and_words_is_read_in_no_time() -> None:
    words = {"about_me": "a fine word " * 5000}
    assert not against(words, formats=(), unwelcome=",".join(f"topic {n}" for n in range(30))).topics
