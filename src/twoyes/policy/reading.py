"""How the rules read: blind to case, accents and punctuation, phrase by phrase, in linear time (D19).

A phrase is met as a run of whole words within a sentence, and does not count where it is negated ("I do not want
to pick her brain"), since those who know the etiquette say so. Each field is read in the language that it seems
to be written in, by its smallest words; where that is open, in all of them.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from twoyes.lib.text import fold
from twoyes.policy import wordfiles
from twoyes.policy.phrases import PIECE, STOPS, Span

# What each side is told in prose; the other fields of the form are choices and short facts.
PROSE = ("about_me", "why_them", "why_now", "ask", "benefit", "homework")
# Nobody reads on after this; `too_long` has spoken by then, and a flood costs nothing.
_READ_AT_MOST = 20_000
# A letter of these scripts says about half a word.
_WIDE = frozenset("WF")
# In German the negation often comes last.
_BEFORE, _AFTER = 5, 2
_AFTER_IN = {"de": 7}
# So many small words make sure of a language.
_SURE = 3
# Of so many words of its own, one that a language has none of is not spoken.
_SEVERAL = 2
# No word that is looked for is longer; what is may be one letter that unfolds into eighteen.
_LETTERS = 40
# A point after one of these ends no sentence.
_SHORTENED = frozenset("mr mrs ms dr prof st mme mlle sr sra dra nr bzw z b ca etc".split())
# What a quotation shows at most.
_QUOTED = 120


class Met(str):
    """The name of a field in which a rule is met, with the words of it that were."""

    __slots__ = ("quote",)
    quote: str

    def __new__(cls, field: str, quote: str = "") -> Met:
        """`quote` is taken from the text as it was written, and empty where the rule weighs the whole."""
        met = super().__new__(cls, field)
        met.quote = quote[:_QUOTED]
        return met


@dataclass(frozen=True)
class Read:
    """One field: `text` as written and trimmed, and what the rules look at."""

    text: str
    languages: Sequence[str] = wordfiles.LANGUAGES
    # Phrases of fewer words do not count: in a whole message a single word tells too little.
    least: int = 1

    @cached_property
    def bare(self) -> str:
        """As much of the text as is read, without loose accents."""
        # Marks go first: sorting a pile of them, as composing does, takes quadratic time.
        return "".join(char for char in self.text[:_READ_AT_MOST] if not unicodedata.combining(char))

    @cached_property
    def folded(self) -> str:
        """The text without case and accents, punctuation kept."""
        return fold(self.bare)

    @cached_property
    def _places(self) -> tuple[tuple[int, int], ...]:
        found: list[tuple[int, int]] = []
        for piece in PIECE.finditer(self.bare):
            short = found and piece[0] == "." and self.bare[slice(*found[-1])].lower() in _SHORTENED
            if not short:
                found.append(piece.span())
        return tuple(found)

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The words and the ends of sentences as they were written."""
        return tuple(self.bare[start:end] for start, end in self._places)

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The same, folded."""
        return tuple(piece.lower() if piece.isascii() else fold(piece[:_LETTERS]) for piece in self.written)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded words, in order."""
        return tuple(piece for piece in self.pieces if piece not in STOPS)

    @cached_property
    def size(self) -> int:
        """The number of words; scripts that do not part them are counted by their letters."""
        head = self.text[:_READ_AT_MOST]
        spaced = sum(any(map(str.isalnum, word)) for word in head.split())
        return spaced + sum(unicodedata.east_asian_width(char) in _WIDE for char in head) // 2

    @cached_property
    def has_digits(self) -> bool:
        """Whether a number stands here in digits."""
        return any(char.isdecimal() for char in self.bare)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said: no word at all, or only a polite nothing such as "n/a"."""
        return not self.words or self.is_only("language", "no answer", everywhere=True)

    def hits(self, name: str, heading: str = "") -> list[Span]:
        """Where phrases of this file and heading stand and are meant, in the order of the text."""
        found: list[Span] = []
        for language in self.languages:
            spans = list(wordfiles.net(language, name, heading).spans(self.pieces))
            taken = [span for span in spans if span.line.unless]
            long = (span for span in spans if span.end - span.start >= self.least and not span.line.unless)
            found.extend(span for span in long if self._is_meant(span, taken, language))
        return sorted(found, key=lambda span: (span.start, -span.end))

    def says(self, name: str, heading: str = "") -> bool:
        """Whether one of these phrases stands here and is meant."""
        return bool(self.hits(name, heading))

    def has(self, name: str, heading: str = "", *, everywhere: bool = False) -> bool:
        """Whether one of these phrases stands here, meant or not; `everywhere`: in whatever language."""
        for language in wordfiles.LANGUAGES if everywhere else self.languages:
            spans = list(wordfiles.net(language, name, heading).spans(self.pieces))
            taken = [span for span in spans if span.line.unless]
            if any(not span.line.unless and not _overlap(span, taken) for span in spans):
                return True
        return False

    def begins(self, name: str, heading: str) -> bool:
        """Whether the text begins with one of these phrases."""
        nets = (wordfiles.net(language, name, heading) for language in self.languages)
        return any(span.start == 0 for net in nets for span in net.spans(self.pieces[:12]))

    def is_only(self, name: str, heading: str = "", *, everywhere: bool = False) -> bool:
        """Whether one of these phrases is all that stands here; `everywhere`: in whatever language."""
        languages = wordfiles.LANGUAGES if everywhere else self.languages
        nets = (wordfiles.net(language, name, heading) for language in languages)
        whole = self.words if len(self.words) < 12 else ()
        return any(span.start == 0 and span.end == len(whole) for net in nets for span in net.spans(whole))

    def quote(self, span: Span) -> str:
        """The words of a span as they were written."""
        return self.bare[self._places[span.start][0] : self._places[span.end - 1][1]]

    def first(self, name: str, *headings: str) -> str:
        """The first phrase under one of these headings that is meant, as it was written; empty for none."""
        met = (self.quote(span) for heading in headings for span in self.hits(name, heading)[:1])
        return next(met, "")

    def _is_meant(self, span: Span, taken: Iterable[Span], language: str) -> bool:
        if _overlap(span, taken):
            return False
        return span.line.always or not self._is_negated(span, language)

    def _is_negated(self, span: Span, language: str) -> bool:
        before = self.pieces[max(0, span.start - _BEFORE) : span.start]
        negations = wordfiles.words(language, "not")
        turns = wordfiles.words(language, "but") | STOPS
        for word in reversed(before):
            if word in turns:
                break
            if word in negations:
                return True
        for word in self.pieces[span.end : span.end + _AFTER_IN.get(language, _AFTER)]:
            if word in turns:
                break
            if word in wordfiles.words(language, "not after"):
                return True
        return False


class Told:
    """The words of a request, field by field; what is missing is empty."""

    def __init__(self, words: Mapping[str, str], *, least: int = 1) -> None:
        self._fields: dict[str, Read] = {}
        self._words = words
        self._least = least

    def __getitem__(self, field: str) -> Read:
        if field not in self._fields:
            read = Read(self._text(field))
            self._fields[field] = Read(read.text, self._languages(read), self._least)
        return self._fields[field]

    def _text(self, field: str) -> str:
        return str(self._words.get(field, "")).strip()

    def _languages(self, read: Read) -> tuple[str, ...]:
        """Those that the field is written in; a short one may be in what most of the request is written in."""
        own = _spoken(read.words)
        best = max(own.values())
        if best >= _SURE:
            return _told_apart([language for language, said in own.items() if 2 * said >= best], read.words)
        rest = self._mostly
        top = max(rest.values())
        found = tuple(language for language in own if own[language] or (top >= _SURE and 2 * rest[language] >= top))
        return _told_apart(found, read.words) or wordfiles.LANGUAGES

    @cached_property
    def _mostly(self) -> dict[str, int]:
        return _spoken([word for field in PROSE for word in Read(self._text(field)[:400]).words])

    def saying(self, fields: Iterable[str], name: str, *headings: str) -> list[Met]:
        """Those of the fields that say one of the phrases, in order."""
        met = (Met(field, self[field].first(name, *headings)) for field in fields)
        return [each for each in met if each.quote]


def _overlap(span: Span, taken: Iterable[Span]) -> bool:
    return any(each.start < span.end and span.start < each.end for each in taken)


def _told_apart(languages: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
    """Those of the languages with small words of their own, if one has several: some are small in two languages."""
    of_one = _small_words_of_one()
    own = {each: sum(word in of_one[each] for word in words[:400]) for each in languages}
    return tuple(each for each in languages if own[each] or max(own.values()) < _SEVERAL)


@cache
def _small_words() -> Mapping[str, frozenset[str]]:
    return {language: wordfiles.words(language, "known by") for language in wordfiles.LANGUAGES}


@cache
def _small_words_of_one() -> Mapping[str, frozenset[str]]:
    """Of each language the small words that no other has; made once, as every field that is read asks for them."""
    known = _small_words()
    times = Counter(word for small in known.values() for word in small)
    return {language: frozenset(word for word in small if times[word] == 1) for language, small in known.items()}


def _spoken(words: Sequence[str]) -> dict[str, int]:
    head = words[:400]
    return {language: sum(word in small for word in head) for language, small in _small_words().items()}
