"""The word lists: `words/LANG.toml` for each language, `words/mail-systems.toml` for what mail systems write.

Whoever speaks a language can extend its file; a phrase is written as people write it. Small and capital letters,
accents, apostrophes and punctuation make no difference.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MOST_SPELLINGS = 20_000
_HERE = Path(__file__).with_name("words")
_WORD = re.compile(r"[^\W_]+|[\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001f3fa\U0001f400-\U0001faff]")
# An umlaut is another letter, as `schon` and `schön` show; the accents of the other seven languages are often left out.
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"}
    | dict.fromkeys("'’´`ʼ‘\u200b\u200d\ufe0f")
)
# With its accent the word says yes; without, it also says *if* in three languages.
_YES = re.compile(r"(?<![^\W_])s[íì](?![^\W_])")


def fold(text: str) -> str:
    """Return text in small letters without accents and apostrophes, so that spellings of a word are equal."""
    if text.isascii():
        return text.lower().translate(_LETTERS)
    plain = _YES.sub("sii", unicodedata.normalize("NFC", text.lower()))
    plain = unicodedata.normalize("NFKD", plain.translate(_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """Return the words of a text, folded; marks such as a thumb up are words too."""
    return _WORD.findall(fold(text))


def line(text: str) -> str:
    """Return the words of a text with one space around each, so that `in` finds whole phrases."""
    return f" {' '.join(words(text))} "


def says(text: str, phrases: tuple[str, ...]) -> bool:
    """Say whether one of these phrases stands in a text that `line` made."""
    return any(phrase in text for phrase in phrases)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One file, its phrases made ready for `says`, by `section.name`."""

    language: str
    phrases: dict[str, tuple[str, ...]]

    def of(self, name: str) -> tuple[str, ...]:
        return self.phrases.get(name, ())


@cache
def languages() -> tuple[Lexicon, ...]:
    """Return the lexicons of all languages, in the order of their names."""
    return tuple(_read(path) for path in sorted(_HERE.glob("??.toml")))


@cache
def mail_systems() -> Lexicon:
    """Return what mail systems write."""
    return _read(_HERE / "mail-systems.toml")


@cache
def everywhere(name: str) -> tuple[str, ...]:
    """Return the phrases of this name in all languages, once each: for what is read before a language is known."""
    all_of_them = (*languages(), _read(_HERE / "others.toml"))
    return tuple(dict.fromkeys(phrase for lexicon in all_of_them for phrase in lexicon.of(name)))


def spellings(phrase: str) -> list[str]:
    """Return a phrase of a file in all that it stands for: `a/b` is either word, `(a)` with or without it.

    Raises `ValueError` where that is more than anybody meant.
    """
    found = [""]
    for word in phrase.split():
        either = [_plain(one) for one in word.strip("()").split("/")]
        if word.startswith("(") and word.endswith(")"):
            either = ["", *either]
        found = [f"{begun} {one}" if one else begun for begun in found for one in either]
        if len(found) > MOST_SPELLINGS:
            raise ValueError(f"This phrase stands for too many spellings; make several of it: {phrase}")
    return [f"{one or ' '} " for one in dict.fromkeys(found)]


@cache
def _plain(word: str) -> str:
    """Return a word of a file, or the words that it hides, folded: the same few thousand stand in all phrases."""
    return " ".join(words(word))


def _read(path: Path) -> Lexicon:
    told: dict[str, dict[str, list[str]]] = tomllib.loads(path.read_text(encoding="utf-8"))
    beside = path.parent / "accepting" / path.name
    if beside.exists():
        told |= tomllib.loads(beside.read_text(encoding="utf-8"))
    phrases = {
        f"{section}.{name}": tuple(dict.fromkeys(one for phrase in some for one in spellings(phrase)))
        for section, names in told.items()
        for name, some in names.items()
    }
    return Lexicon(path.stem, phrases)
