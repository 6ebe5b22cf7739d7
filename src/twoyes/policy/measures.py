"""What the rules weigh beside phrases: how much of a text is about something in particular."""

from __future__ import annotations

from twoyes.policy import wordfiles
from twoyes.policy.phrases import STOPS
from twoyes.policy.reading import Read, Told

# Shorter words seldom carry what a sentence is about.
_LETTERS = 4
# After one of these a German noun is a name; elsewhere every noun has a capital.
_BEFORE_NAMES = frozenset("herr herrn frau dr prof".split())
_TITLES = frozenset("herr frau prof professor doctor madame monsieur docteur doctora doctor mrs don the".split())
_BEFORE_PLACES = frozenset("in bei aus nach".split())


def particulars(read: Read, known: frozenset[str] = frozenset()) -> int:
    """How many words are about something in particular: numbers, names that are not `known`, words that say much.

    The words that say little stand in `empty.txt` of each language.
    """
    empty = {
        place
        for language in read.languages
        for span in wordfiles.net(language, "empty", "").spans(read.pieces)
        for place in range(span.start, span.end)
    }
    small = frozenset[str]().union(*(wordfiles.words(language, "known by") for language in read.languages))
    return sum(
        _is_particular(word) and place not in empty and word not in small and word not in known
        for place, word in enumerate(read.pieces)
    )


def anchors(read: Read, known: frozenset[str] = frozenset()) -> int:
    """How many numbers and names stand here, names that are `known` left out."""
    german = "de" in read.languages
    return sum(
        word[0].isdecimal() or (_is_name(read, place, german=german) and word not in known)
        for place, word in enumerate(read.pieces)
    )


def named(told: Told) -> frozenset[str]:
    """The words by which the person to be met is called: what stands before the first comma."""
    name = Read(told["target"].text.partition(",")[0])
    words = zip(name.written, name.pieces, strict=True)
    return frozenset(word for written, word in words if len(word) > 2 and written[0].isupper()) - _TITLES


def _is_particular(word: str) -> bool:
    return word not in STOPS and (word[0].isdecimal() or len(word) >= _LETTERS)


def _is_name(read: Read, place: int, *, german: bool) -> bool:
    written = read.written[place]
    if len(written) < 2 or not written[0].isupper() or place == 0:
        return False
    before = read.pieces[place - 1]
    if german:
        return before in _BEFORE_NAMES or before in _BEFORE_PLACES
    return before not in STOPS
