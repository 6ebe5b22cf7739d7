"""How the rules read: blind to case, accents and punctuation, phrase by phrase, in linear time (D19).

Phrases are written as people write them, in English, German and French. One is met as a run of whole words
within a sentence, and does not count where it is negated ("I do not want to pick her brain"), since those who
know the etiquette say so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from twoyes.lib.text import fold

# What each side is told in prose; the other fields of the form are choices and short facts.
PROSE = ("about_me", "why_them", "why_now", "ask", "benefit", "homework")
# Nobody reads on after this; `too_long` has spoken by then, and a flood costs nothing.
_READ_AT_MOST = 20_000
# A letter of these scripts says about half a word.
_WIDE = frozenset("WF")
_PIECE = re.compile(r"[^\W_]+|[.!?;]")
_STOP = " . "
# Transliterated by hand where a keyboard lacks the letter.
_BY_HAND = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})

_NO_ANSWERS = frozenset(
    (
        "n a|na|none|no|nothing|nope|not sure|i don t know|idk|see above|see below|later|any"
        "|k a|keine|keiner|keins|kein|nein|nichts|weiss nicht|siehe oben|spater|egal"
        "|aucun|aucune|non|rien|je ne sais pas|voir plus haut|plus tard"
    ).split("|")
)
_NEGATIONS = frozenset(
    "not no never nothing nobody without don doesn didn won wouldn isn dont instead than"
    " nicht nichts nie niemals kein keine keinen keinem ohne statt anstatt"
    " pas jamais rien aucun aucune sans plutot lieu".split()
)
_NEGATIONS_AFTER = frozenset("nicht nichts kein keine keinen pas rien nothing".split())
_BEFORE, _AFTER, _REACH = 5, 2, 60


@dataclass(frozen=True)
class Read:
    """One field: `text` as written and trimmed, and what the rules look at."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The text without case and accents, punctuation kept."""
        # Marks go first: sorting a pile of them, as composing does, takes quadratic time.
        head = self.text[:_READ_AT_MOST]
        return fold("".join(char for char in head if not unicodedata.combining(char)))

    @cached_property
    def flat(self) -> str:
        """The folded words with a space around each, and a dot between sentences."""
        pieces = (piece if piece.isalnum() else "." for piece in _PIECE.findall(self.folded))
        return f" {' '.join(pieces)} "

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words, in order."""
        return tuple(word for word in self.flat.split() if word != ".")

    @cached_property
    def size(self) -> int:
        """The number of words; scripts that do not part them are counted by their letters."""
        head = self.text[:_READ_AT_MOST]
        spaced = sum(any(map(str.isalnum, word)) for word in head.split())
        return spaced + sum(unicodedata.east_asian_width(char) in _WIDE for char in head) // 2

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said: no word at all, or only a polite nothing such as "n/a"."""
        return not self.words or " ".join(self.words) in _NO_ANSWERS

    def says(self, phrases: Phrases) -> bool:
        """Whether one of these phrases stands here and is meant."""
        return any(True for _phrase in self.meant(phrases))

    def meant(self, phrases: Phrases) -> Iterator[str]:
        """The phrases that stand here and are meant, each once."""
        for word in dict.fromkeys(self.words):
            yield from (phrase for phrase in phrases.ending_in(word) if self._means(phrase))

    def is_only(self, phrases: Phrases) -> bool:
        """Whether one of these phrases is all that stands here."""
        return f" {' '.join(self.words)} " in phrases.all

    def without(self, phrases: Phrases) -> Read:
        """The same text with these phrases left out."""
        flat = self.flat
        for phrase in phrases.all:
            flat = flat.replace(phrase, " ")
        return Read(flat)

    def has_any(self, words: frozenset[str]) -> bool:
        """Whether one of these words stands here."""
        return not words.isdisjoint(self.words)

    def _means(self, phrase: str) -> bool:
        at = self.flat.find(phrase)
        while at >= 0:
            if not self._is_negated(at, at + len(phrase)):
                return True
            at = self.flat.find(phrase, at + 1)
        return False

    def _is_negated(self, start: int, end: int) -> bool:
        before = self.flat[max(0, start - _REACH) : start + 1].rpartition(_STOP)[2].split()[-_BEFORE:]
        after = self.flat[end - 1 : end + _REACH].partition(_STOP)[0].split()[:_AFTER]
        return not (_NEGATIONS.isdisjoint(before) and _NEGATIONS_AFTER.isdisjoint(after))


class Told:
    """The words of a request, field by field; what is missing is empty."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._fields: dict[str, Read] = {}
        self._words = words

    def __getitem__(self, field: str) -> Read:
        if field not in self._fields:
            self._fields[field] = Read(str(self._words.get(field, "")).strip())
        return self._fields[field]

    def saying(self, phrases: Phrases, *fields: str) -> list[str]:
        """Those of the fields that say one of the phrases, in order."""
        return [field for field in fields if self[field].says(phrases)]


class Phrases:
    """Phrases as `Read` looks for them: folded, bounded by spaces, umlauts also as ae, oe, ue.

    They are folded when they are first looked for: thousands of them were a tenth of the start of every command.
    """

    def __init__(self, *written: str) -> None:
        self._written = written

    @cached_property
    def all(self) -> tuple[str, ...]:
        """Every phrase in each of its spellings, once, in order."""
        spelled = (spelling for each in self._written for spelling in (each, each.lower().translate(_BY_HAND)))
        return tuple(dict.fromkeys(Read(each).flat for each in spelled))

    @cached_property
    def _ending(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for phrase in self.all:
            found.setdefault(phrase.split()[-1], []).append(phrase)
        return found

    def ending_in(self, word: str) -> Sequence[str]:
        """The phrases whose last word this is: a long list costs no more than a short one."""
        return self._ending.get(word, ())


def each_of(*parts: tuple[str, ...]) -> tuple[str, ...]:
    """Every phrase made of one of each part, in order."""
    return tuple(" ".join(chosen) for chosen in product(*parts))
