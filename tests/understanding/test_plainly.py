"""A no and a stop close by themselves, so they must be said in a sentence that says nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.understood import SAID, said
from twoyes.mail.incoming.understanding.meaning import plainly

NAMES = ("cora", "ann", "tom")


@pytest.mark.parametrize(
    "text",
    [
        "No, thank you.",
        "Dear Cora,\n\nNo, sorry.\n\nTom",
        "The harvest is late this year. No, thank you.",
        "Nein, danke.",
        "Non merci.",
        "No, gracias.",
        "No, grazie.",
        "Não, obrigado.",
        "Nee, bedankt.",
        "Nie, dziękuję.",
    ],
)
def test_a_sentence_that_is_a_no_and_nothing_else_is_plain(text: str) -> None:
    assert plainly(text, NAMES, "no")


@pytest.mark.parametrize(
    "text",
    ["No to my editor every single week.", "My neighbour said no, the old miser.", "We are out of no parking signs."],
)
def test_a_no_among_words_about_something_else_is_not(text: str) -> None:
    assert not plainly(text, NAMES, "no")


@pytest.mark.parametrize("meaning", ["yes", "later", "their_details", "unclear"])
def test_nothing_else_closes(meaning: str) -> None:
    assert not plainly("No, thank you.", NAMES, meaning)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", sorted(SAID.glob("*.tsv")), ids=lambda path: path.stem)
def test_nothing_that_strangers_said_closes_although_it_is_no_no(path: Path) -> None:
    closing = {"no", "stop"}
    wrong = [
        one.text
        for one in said(path)
        if one.read in closing and one.means not in closing and plainly(one.text, NAMES, one.read)  # type: ignore[arg-type]
    ]
    assert wrong == []
