"""Each rule meets what it is for and leaves alone what only looks like it, in three languages."""

from collections.abc import Mapping
from datetime import date

import pytest

from tests.policy.examples import EXAMPLES, FINE, RITA
from twoyes.policy import Facts, Strength, screen
from twoyes.policy.rules import RULES

BLOCKERS = {"self", "placeholder", "contact_details_wanted", "sales_pitch"}
ABOUT_SENDERS = {"repeat", "too_soon", "against_wishes"}


def _examples(wanted: int) -> list[tuple[str, str, str]]:
    return [
        (code, field, text)
        for code, fields in EXAMPLES.items()
        for field, texts in fields.items()
        for text in texts[wanted]
    ]


def _where(words: Mapping[str, str], code: str) -> set[str]:
    """The fields in which this rule is met."""
    return {
        field for each in screen(words, for_connector=True) if each.code == code for field in (each.field, *each.also)
    }


def _short(value: str) -> str:
    return value[:30]


@pytest.mark.parametrize(("code", "field", "text"), _examples(0), ids=_short)
def test_a_text_that_breaks_the_rule_is_found_in_its_field(code: str, field: str, text: str) -> None:
    assert field in _where(RITA | {field: text}, code)


@pytest.mark.parametrize(("code", "field", "text"), _examples(1), ids=_short)
def test_a_text_that_only_looks_like_it_is_left_alone(code: str, field: str, text: str) -> None:
    assert field not in _where(RITA | {field: text}, code)


@pytest.mark.parametrize("words", FINE.values(), ids=FINE)
def test_a_good_request_has_no_findings(words: Mapping[str, str]) -> None:
    assert screen(words, for_connector=True) == []


def test_each_rule_about_words_has_three_texts_for_and_three_against() -> None:
    assert set(EXAMPLES) == {rule.code for rule in RULES} - ABOUT_SENDERS
    for code, fields in EXAMPLES.items():
        for side in (0, 1):
            assert sum(len(texts[side]) for texts in fields.values()) >= 3, code


def test_rules_are_concerns_but_for_four_that_send_a_request_back() -> None:
    assert {rule.code for rule in RULES if rule.strength is Strength.BLOCKER} == BLOCKERS
    assert {rule.strength for rule in RULES if rule.code not in BLOCKERS} == {Strength.CONCERN}


def test_a_rule_is_named_like_its_file_and_stands_once() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes) == 22


def test_every_sentence_is_calm_and_every_mend_is_there() -> None:
    for rule in RULES:
        assert rule.sentence.endswith(".")
        assert rule.mend.endswith(".")
        assert "!" not in rule.sentence + rule.mend


def test_each_missing_piece_is_named() -> None:
    missing = [(finding.code, finding.field) for finding in screen({})]
    assert missing == [
        ("no_who", "about_me"),
        ("no_why", "why_them"),
        ("no_why_now", "why_now"),
        ("no_ask", "ask"),
        ("no_benefit", "benefit"),
        ("no_homework", "homework"),
    ]


def test_an_ask_without_minutes_is_vague_unless_it_is_only_a_letter() -> None:
    assert _where(RITA | {"minutes": ""}, "vague_ask") == {"minutes"}
    assert _where(RITA | {"minutes": "", "format": "mail"}, "vague_ask") == set()
    assert _where(RITA | {"minutes": "", "ask": "20 minutes about column three."}, "vague_ask") == set()


def test_a_code_comes_once_and_names_every_field() -> None:
    words = RITA | {"about_me": "[Company] builds boats here.", "why_them": "asdf", "benefit": "lorem ipsum"}
    met = [finding for finding in screen(words) if finding.code == "placeholder"]
    assert [(finding.field, finding.also) for finding in met] == [("about_me", ("why_them", "benefit"))]


def test_a_whole_that_is_too_long_is_said_of_no_field() -> None:
    words = RITA | dict.fromkeys(("about_me", "why_them", "why_now", "ask", "benefit"), "a fine word " * 24)
    words |= {"homework": "a fine word " * 40, "why_now": "a fine word " * 26, "ask": "a fine word " * 26}
    assert _where(words, "too_long") == {""}


def test_a_text_written_with_ae_for_umlauts_is_understood() -> None:
    words = RITA | {"why_now": "so schnell wie moeglich"}
    assert _where(words, "no_why_now") == {"why_now"}


# ---------------------------------------------------------------- what is known of the sender


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (Facts(requester_is_target=True), "target"),
        (Facts(target_is_connector=True), "target"),
        (Facts(requester_is_connector=True), "email"),
    ],
)
def test_one_address_on_two_sides_is_found_whatever_the_names(facts: Facts, field: str) -> None:
    assert [(each.code, each.field) for each in screen(RITA, facts=facts)] == [("self", field)]


def test_asking_for_the_connector_by_name_is_found() -> None:
    words = RITA | {"target": "Lund, Cora"}
    assert [each.code for each in screen(words, facts=Facts(connector_name="Dr. Cora Lund"))] == ["self"]
    assert screen(words) == screen(words, facts=Facts(connector_name="Cora Lundgren")) == []


@pytest.mark.parametrize(
    ("met", "left", "code"),
    [
        ((Facts(is_repeat=True),), Facts(is_repeat=False), "repeat"),
        ((Facts(not_before=date(2026, 3, 9)),), Facts(), "too_soon"),
    ],
)
def test_a_finding_about_people_rests_on_facts_alone(met: tuple[Facts, ...], left: Facts, code: str) -> None:
    assert all([each.code for each in screen(RITA, facts=facts)] == [code] for facts in met)
    assert screen(RITA, facts=left) == []
