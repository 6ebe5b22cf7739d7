"""What accepts by the rules, whatever words the lists have: numbers, and words of doubt in another language."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding import lexicon
from twoyes.mail.incoming.understanding.accepting import accepts, doubts, signs

KERNEL = ["please", "introduce", "us"]


@pytest.mark.parametrize(
    ("beside", "accepting"),
    [
        (["quux", "zork"], True),
        # A lone unknown word may be an adverb of doubt.
        (["quux"], False),
        (["quux", "5"], False),
        (["quux", "vielleicht"], False),
        (["quux", "quizas"], False),
    ],
)
def test_beside_what_accepts_a_clause_may_be_about_anything_but_numbers_and_doubt(
    beside: list[str], accepting: bool
) -> None:
    assert accepts([[KERNEL, beside]], "en", ()) is accepting


def test_the_clause_that_accepts_has_no_word_that_is_unknown_but_names() -> None:
    assert accepts([[KERNEL]], "en", ())
    assert not accepts([[[*KERNEL, "quux"]]], "en", ())
    assert accepts([[[*KERNEL, "quux"]]], "en", {"quux"})
    assert not accepts([], "en", ())


def test_ahead_of_what_accepts_stand_three_unknown_words_at_most() -> None:
    assert accepts([[["quux", "zork", "blof", *KERNEL]]], "en", ())
    assert not accepts([[["quux", "zork", "blof", "garx", *KERNEL]]], "en", ())


def test_a_doubt_is_one_in_any_language() -> None:
    assert doubts([[["quux", "vielleicht"]]], "en")
    assert doubts([[["quux", "7"]]], "en")
    assert not doubts([[["quux", "zork"]]], "en")


# Written out, not taken from the code: a list that falls out of it is to be noticed.
@pytest.mark.parametrize(
    "name",
    "accepting.doubt meaning.no meaning.no_alone meaning.later meaning.their_details meaning.stop meaning.stop_alone "
    "meaning.doubt".split(),
)
def test_all_that_says_anything_but_yes_is_a_doubt_unless_it_is_company(name: str) -> None:
    told = [(one, phrase) for one in lexicon.languages() for phrase in one.of(name)]
    undoubted = [(one.language, said) for one, said in told if not doubts([[said.split()]], one.language)]
    company = [(one.language, said) for one in lexicon.languages() for said in one.of("accepting.company")]
    assert told
    assert set(undoubted) <= set(company)


@pytest.mark.parametrize(
    ("line", "name"),
    [("Quux", True), ("Quux Zork", False), ("quux", False), ("QUUX", False), ("Quux7", False), ("Quux!", False),
     (" Quux ", True), ("Vielleicht", False), ("Yes", False), ("", False)],
)  # fmt: skip
def test_one_word_with_a_capital_that_no_language_knows_may_be_a_name(line: str, name: bool) -> None:
    assert signs(line) is name


def test_two_words_that_are_a_yes_by_themselves_are_warm_and_one_is_not() -> None:
    assert accepts([[["with", "pleasure"]]], "en", ())
    assert not accepts([[["ok"]]], "en", ())
