"""What strangers would write back in eight languages, a line each: nothing of it opens or closes wrongly.

`said/first-LANG.tsv` was tuned on. `said/second-LANG.tsv` was written by others and is not looked at: it is counted in
README.md, by `python -m tests.tools.understood said`.
"""

from __future__ import annotations

from functools import cache

import pytest

from tests.tools.understood import SAID, Told, said

# How many of each language's clear answers are read as they are meant, of 200 to 227; only ever more.
READ = {"de": 148, "en": 124, "es": 113, "fr": 181, "it": 145, "nl": 140, "pl": 147, "pt": 135}
LANGUAGES = tuple(READ)


@cache
def _told(language: str) -> tuple[Told, ...]:
    return tuple(said(SAID / f"first-{language}.tsv"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.case("C19")
def test_nothing_that_is_no_yes_is_read_as_one(language: str) -> None:
    assert [one.text for one in _told(language) if one.read == "yes" != one.means] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_is_no_no_closes_an_introduction(language: str) -> None:
    closing = {"no", "stop"}
    assert [one.text for one in _told(language) if one.read in closing and one.means not in closing] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_many_answers_are_read_as_ever(language: str) -> None:
    clear = [one for one in _told(language) if one.means != "unclear"]
    assert len(clear) >= 200
    assert sum(one.read == one.means for one in clear) >= READ[language]


def test_every_set_of_letters_has_each_language() -> None:
    assert {path.name for path in SAID.glob("*.tsv")} == {
        f"{a}-{one}.tsv" for a in ("first", "second") for one in LANGUAGES
    }
