"""Every letter under `letters/` is read as its sidecar says: to add an .eml and its .toml is to add a test."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.tools.understood import LETTERS, Expected, Rates, letters, measure
from tests.understanding.misses import MISSES
from twoyes.mail.incoming import understand

FOLDERS = sorted(path.name for path in LETTERS.iterdir() if path.is_dir())
# Nobody looks at these while the code is written: they say how strangers' words fare, and are counted, not mended.
# What was counted stands in README.md beside them. Once somebody has looked, they are moved, and new ones are written.
UNSEEN = {"third"}
SEEN = [folder for folder in FOLDERS if folder not in UNSEEN]
ALL = {f"{folder}/{one.name}": one for folder in SEEN for one in letters(LETTERS / folder)}


@cache
def _rates(folder: str) -> Rates:
    return measure(letters(LETTERS / folder))


@pytest.mark.parametrize("name", [name for name in ALL if name not in MISSES])
def test_a_letter_is_read_as_its_reader_reads_it(name: str) -> None:
    one = ALL[name]
    told = understand(one.raw)
    assert told.kind == one.kind
    assert (told.meaning or "") == one.meaning
    assert told.new_text == one.new_text
    if one.back_on is not None:
        assert told.back_on == one.back_on


@pytest.mark.parametrize("folder", SEEN)
def test_what_is_missed_is_known_and_nothing_else_is(folder: str) -> None:
    known = {name.partition("/")[2] for name in MISSES if name.startswith(f"{folder}/")}
    assert set(_rates(folder).misses) == known


@pytest.mark.parametrize("folder", FOLDERS)
def test_nearly_all_is_read_as_it_should_be(folder: str) -> None:
    rates = _rates(folder)
    assert rates.rate("kind") >= 0.95
    assert rates.rate("new text") >= 0.90


@pytest.mark.parametrize("folder", SEEN)
def test_most_meanings_are_read_in_letters_that_were_looked_at(folder: str) -> None:
    assert _rates(folder).rate("meaning") >= 0.80


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.case("C17", "C18")
def test_no_automatic_mail_is_taken_for_an_answer(folder: str) -> None:
    assert _rates(folder).answered == []


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.case("C19")
def test_nothing_that_is_no_yes_is_read_as_one(folder: str) -> None:
    assert _rates(folder).opened == []


def test_each_letter_has_its_sidecar_and_the_other_way_round() -> None:
    for folder in FOLDERS:
        names = {path.stem for path in (LETTERS / folder).glob("*.eml")}
        assert names == {path.stem for path in Path(LETTERS / folder).glob("*.toml")}


def test_the_same_bytes_are_always_read_alike() -> None:
    one: Expected = next(iter(ALL.values()))
    assert understand(one.raw) == understand(bytes(bytearray(one.raw)))
