"""What a text means by the rules, whatever words the lists have: names, months, wrapped lines, what is said alone."""

from __future__ import annotations

import pytest

from twoyes.mail.incoming.understanding import meaning as meanings
from twoyes.mail.incoming.understanding.meaning import meaning, names_in


@pytest.mark.parametrize(
    ("text", "means"),
    [("Yes.", "yes"), ("Yes, Cora!", "yes"), ("No.", "no"), ("Unsubscribe", "stop"), ("Cora.", "unclear")],
)
def test_a_word_is_enough(text: str, means: str) -> None:
    assert meaning(text, {"cora"}) == means


@pytest.mark.parametrize("below", ["T.", "T. Cora", "t", "Cora", "\n\nCora\n"])
def test_a_name_below_or_its_first_letter_means_nothing(below: str) -> None:
    assert meaning(f"Yes.\n{below}", {"cora"}) == "yes"


@pytest.mark.parametrize("below", ["Tz", "a b c d e", "quux T."])
def test_what_is_no_name_below_is_said(below: str) -> None:
    assert meaning(f"Yes.\n{below}", {"cora"}) == "unclear"


def test_names_stand_within_a_sentence_and_neither_days_nor_months_are_names() -> None:
    assert names_in("Monday I met Cora Berg and ann in March, and Tom on Friday.") == {"cora", "berg", "tom"}
    assert names_in("Cora") == set()
    assert names_in("in January and December, le 1 Juillet, em Março") == set()


def test_names_are_looked_for_where_a_letter_begins() -> None:
    assert names_in("a" * 19_990 + " met Cora") == {"cora"}
    assert names_in("a" * 20_000 + " met Cora") == set()


def test_nobody_answers_with_so_many_characters() -> None:
    yes = "Yes please."
    assert meaning(yes + " " * (meanings.LONGEST - len(yes))) == "yes"
    assert meaning(yes + " " * (meanings.LONGEST - len(yes) + 1)) == "unclear"


@pytest.mark.parametrize(
    ("long", "end", "below", "means"),
    [
        (45, "", "acquaintance", "yes"),
        (44, "", "acquaintance", "unclear"),
        # Neither a capital letter nor what stands behind a mark goes on with a sentence.
        (45, "", "Acquaintance", "unclear"),
        (45, ".", "acquaintance", "unclear"),
    ],
)
def test_a_sentence_goes_on_below_a_line_that_a_program_has_wrapped(
    long: int, end: str, below: str, means: str
) -> None:
    name = "c" * (long - len(" happy to make her"))
    assert meaning(f"{name} happy to make her{end}\n{below}", {name}) == means


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("What's her number", "their_details"),
        ("What's her number. Come back to me in May.", "unclear"),
        ("What's her number. No.", "unclear"),
    ],
)
def test_who_asks_for_details_and_puts_off_means_neither(text: str, means: str) -> None:
    assert meaning(text) == means
