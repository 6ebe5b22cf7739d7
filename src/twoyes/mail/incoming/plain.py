"""What somebody wrote in a mail, as text and nothing else: what cannot be seen is left out, and it has an end.

A form refuses what it cannot take (`lib.text`), for its writer stands before it. A mail is there already.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 5000
"""Characters of a mail that are kept: the rest is where it was sent from."""

# A key of one of our pages, and a signed reference in one of our addresses (`lib.tokens`).
_KEYS = re.compile(r"(?<![a-z0-9])(?:[a-z2-7]{26}|[a-z0-9]{12}\.[a-z2-7]{16})(?![a-z0-9])", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_MARKS = {"Mn", "Me"}
_MARKS_IN_A_ROW = 6
# Composing a flood of accents takes time that grows with its square, so it is cut before (D6).
_BEFORE = 4


def plain(text: str, *, limit: int = LONGEST) -> str:
    """Return `text` in its lines, of at most `limit` characters, with a mark where more were left out (D2, D7).

    Left out as well is what opens a page of ours or names an address of ours: our letter stands quoted in many an
    answer, and whoever reads the answer is not whom that letter was for (E3, A1).
    """
    cut = text[: limit * _BEFORE].replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    seen = _KEYS.sub("…", unicodedata.normalize("NFC", "".join(_visible(cut))))
    lines = [line.rstrip() for line in seen.split("\n")]
    whole = "\n".join(lines).strip("\n")
    while "\n\n\n" in whole:
        whole = whole.replace("\n\n\n", "\n\n")
    return whole if len(whole) <= limit and len(text) <= limit * _BEFORE else f"{whole[: limit - 1].rstrip()}…"


def line(text: str, *, limit: int = 200) -> str:
    """Return `text` in one line of at most `limit` characters, without anything that cannot be seen."""
    return " ".join(plain(" ".join(text[: limit * _BEFORE].split()), limit=limit).split())


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for char in text:
        category = unicodedata.category(char)
        marks = marks + 1 if category in _MARKS else 0
        if marks <= _MARKS_IN_A_ROW and (category not in _UNSEEN or char == "\n"):
            kept.append(char)
    return kept
