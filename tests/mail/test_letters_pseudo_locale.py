"""Every word of every letter can be said in another language; what people wrote, and their names, stay."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.mail.letters_cast import APPROVAL, CONSOLATION, DRAFT, PHONE, SAID, WAITING, WORDS, every_letter
from tests.support import pseudo
from twoyes.mail.letters.words import lines
from twoyes.mail.outgoing.compose import compose

NAMES = "Cora Lund|Rita Holm|Tomasz Wiśniewski|Otto Ott|Twoyes|Tomasz|Rita|Cora|KX4TQ9|cora".split("|")
OFFERED = ("You both measure wind.", "She has data.", "He has ideas.", "whoever wrote the erosion paper")
DATA = (
    *WORDS.values(),
    *APPROVAL.values(),
    *CONSOLATION.values(),
    *(one.target for one in WAITING),
    *NAMES,
    *OFFERED,
    PHONE,
    DRAFT,
    *(lines(value) for said in SAID.values() for value in said["words" if "words" in said else "by"].split("\n")),
    "Nadia Noor",
    "Prove that you are human",
    "{page}",
)


def shown(html: str) -> str:
    """What a reader sees of the HTML part."""
    return unescape(re.sub(r"(?s)<style>.*?</style>|<title>.*?</title>|<[^>]*>", " ", html))


def test_every_word_of_every_letter_is_marked_for_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = list(every_letter())
    with pseudo.spoken(monkeypatch):
        written = [(one.kind, compose(one)) for one in letters]
    found = {
        (kind, part): left
        for kind, letter in written
        for part, text in (("subject", letter.subject), ("text", letter.text), ("html", shown(letter.html)))
        if (left := pseudo.left_over(text, DATA))
    }
    assert found == {}
