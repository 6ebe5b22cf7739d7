"""Whether a letter accepts this very introduction in so many words: "introduce us", "give her my address".

Here a few words may be unknown, because what is accepted is said; but not in the clause that says it, and nowhere may
a word stand that could take it back: a condition, a negation, a contrast, a time, a price, somebody else who decides.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from twoyes.mail.incoming.understanding import lexicon

MOST_UNKNOWN = 1
"""Words of a letter: with two, a lawyer will join or the main thing is that it be quick."""
_GAP = 4
_HARMLESS = ("meaning.yes", "meaning.yes_alone", "meaning.plain", "accepting.company")
_DOUBTFUL = ("accepting.doubt", "meaning.no", "meaning.no_alone", "meaning.later", "meaning.their_details",
             "meaning.stop", "meaning.stop_alone", "meaning.doubt")  # fmt: skip

type _Words = tuple[str, ...]
type _Kernel = tuple[_Words, ...]
type _Sentence = list[list[str]]


def accepts(sentences: list[_Sentence], language: str, names: Collection[str]) -> bool:
    """Say whether these sentences, each a list of clauses of words, accept and leave no doubt. Linear in the words."""
    unknown, said = 0, False
    for sentence in sentences:
        for clause in sentence:
            kernel = _kernel_at(clause, language)
            strange = _strange(clause, language, names, kernel)
            # A lone unknown word is an adverb as likely as a name: "Introduce us, hypothetically."
            if strange is None or (strange and (kernel or len(clause) == 1)):
                return False
            unknown += strange
            said = said or bool(kernel)
    return said and unknown <= MOST_UNKNOWN


def doubts(sentences: list[_Sentence], language: str) -> bool:
    """Say whether a word of doubt stands in these sentences that is no part of a harmless phrase."""
    return any(_strange(clause, language, (), set()) is None for sentence in sentences for clause in sentence)


def signs(line: str) -> bool:
    """Say whether a line below a letter may be a name: one word with a capital that no language knows otherwise."""
    told = lexicon.words(line)
    if len(told) != 1 or not line.strip().isalpha() or not line.strip().istitle():
        return False
    return told[0] not in _doubt_elsewhere() and not any(
        (told[0],) in _known(one.language) for one in lexicon.languages()
    )


@cache
def _known(language: str) -> frozenset[_Words]:
    return frozenset(phrase for some in _index(language).values() for phrase, _doubtful in some)


def _strange(clause: list[str], language: str, names: Collection[str], kernel: set[int]) -> int | None:
    """Return how many words of a clause are unknown, None where one is of doubt."""
    index, unknown, at = _index(language), 0, 0
    while at < len(clause):
        length, doubtful = next(
            (
                (len(phrase), doubtful)
                for phrase, doubtful in index.get(clause[at], ())
                if tuple(clause[at : at + len(phrase)]) == phrase
            ),
            (0, False),
        )
        if doubtful:
            return None
        if not length and at not in kernel and clause[at] not in names:
            if clause[at].isdecimal() or clause[at] in _doubt_elsewhere():
                return None
            unknown += 1
        at += length or 1
    return unknown


def _kernel_at(clause: list[str], language: str) -> set[int]:
    """Return the places of the words that accept, none if there are none."""
    known = _kernels(language)
    for begin, word in enumerate(clause):
        for kernel in known.get(word, ()):
            places = _places(clause, begin, kernel)
            if places:
                return places
    return set()


def _places(clause: list[str], begin: int, kernel: _Kernel) -> set[int]:
    """Return where the pieces of a kernel stand from here on, each at most a few words behind the one before."""
    places: set[int] = set()
    at, reach = begin, 0
    for piece in kernel:
        found = next((k for k in range(at, at + reach + 1) if tuple(clause[k : k + len(piece)]) == piece), None)
        if found is None:
            return set()
        places |= set(range(found, found + len(piece)))
        at, reach = found + len(piece), _GAP
    return places


def _of(language: str) -> lexicon.Lexicon:
    return next(one for one in lexicon.languages() if one.language == language)


@cache
def _kernels(language: str) -> dict[str, tuple[_Kernel, ...]]:
    """Return the kernels of a language by their first word; the word `gap` in the file leaves room for a few words."""
    by_first: dict[str, list[_Kernel]] = {}
    for phrase in _of(language).of("accepting.kernel"):
        pieces = tuple(tuple(piece.split()) for piece in phrase.split(" gap "))
        by_first.setdefault(pieces[0][0], []).append(pieces)
    return {first: tuple(some) for first, some in by_first.items()}


@cache
def _index(language: str) -> dict[str, tuple[tuple[_Words, bool], ...]]:
    """Return the phrases of a language by their first word, longest first, with whether they leave a doubt."""
    told: dict[_Words, bool] = {}
    for name in (*_HARMLESS, *_DOUBTFUL):
        for phrase in _of(language).of(name):
            told[tuple(phrase.split())] = name in _DOUBTFUL
    for phrase in _of(language).of("accepting.company"):
        told[tuple(phrase.split())] = False
    by_first: dict[str, list[tuple[_Words, bool]]] = {}
    for words, doubtful in told.items():
        by_first.setdefault(words[0], []).append((words, doubtful))
    return {first: tuple(sorted(some, key=lambda one: -len(one[0]))) for first, some in by_first.items()}


@cache
def _doubt_elsewhere() -> frozenset[str]:
    """Return the single words of doubt of all languages: people mix them."""
    return frozenset(word for phrase in lexicon.everywhere("accepting.doubt") if len(phrase.split()) == 1
                     for word in phrase.split())  # fmt: skip
