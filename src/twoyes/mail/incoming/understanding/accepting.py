"""Whether a letter accepts this very introduction in so many words: "introduce us", "give her my address", "gladly".

In the sentence that says so every word counts: none of it may be a word of doubt, and in its clause all are known. What
is told around it may be about anything, the harvest or the grandchildren, as long as nothing ahead of it makes it
depend (*if*, *only*, *my boss decides*) and nothing behind it could take it back (*but*, *not*, *on second thoughts*).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache

from twoyes.mail.incoming.understanding import lexicon

MOST_AHEAD = 3
"""Unknown words of a clause ahead of what accepts: "I am writing to confirm that I agree to be introduced"."""
_GAP = 4
_HARMLESS = ("meaning.yes", "meaning.yes_alone", "meaning.plain", "accepting.company")
_AHEAD = ("accepting.ahead",)
_AGAINST = ("accepting.against",)
_DOUBTFUL = ("accepting.doubt", "meaning.no", "meaning.no_alone", "meaning.later", "meaning.their_details",
             "meaning.stop", "meaning.stop_alone", "meaning.doubt")  # fmt: skip

type _Words = tuple[str, ...]
type _Kernel = tuple[_Words, ...]
type _Sentence = list[list[str]]
type _Index = dict[str, tuple[tuple[_Words, bool], ...]]


def accepts(sentences: list[_Sentence], language: str, names: Collection[str]) -> bool:
    """Say whether these sentences, each a list of clauses of words, accept and leave no doubt. Linear in the words."""
    if not sentences:
        return False
    sentences = _without_contrast(sentences, language)
    accepting = [_says_so(sentence, language, names) for sentence in sentences]
    # What a letter comes to in the end is no aside: "I am no friend of many words. Yes."
    accepting[-1:] = [accepting[-1] or (len(sentences) > 1 and _is_yes(sentences[-1], language, names))]
    if not any(accepting):
        return False
    first = accepting.index(True)
    return not any(_stands(_AHEAD, one, language) for one in sentences[:first]) and all(
        _accepts(sentence, language, names) if says_so else not _stands(_AGAINST, sentence, language)
        for sentence, says_so in zip(sentences[first:], accepting[first:], strict=True)
    )


def accepts_somewhere(sentences: list[_Sentence], language: str, names: Collection[str]) -> bool:
    """Say whether one of these sentences accepts, whatever the others do: then nothing may be closed by this letter."""
    return any(_says_so(one, language, names) and _accepts(one, language, names) for one in sentences)


def _says_so(sentence: _Sentence, language: str, names: Collection[str]) -> bool:
    """Say whether a sentence accepts, or is nothing but a warm yes: "Yes of course, Cora!"."""
    if _has_kernel(sentence, language):
        return True
    warm = _warm(language)
    bare = [tuple(word for word in clause if word not in names) for clause in sentence]
    return any(clause in warm for clause in bare) and not any(
        _strange(clause, language, names, set()) != 0 for clause in sentence
    )


def _is_yes(sentence: _Sentence, language: str, names: Collection[str]) -> bool:
    told = " ".join(word for clause in sentence for word in clause if word not in names)
    return f" {told} " in _of(language).of("meaning.yes_alone")


def _has_kernel(sentence: _Sentence, language: str) -> bool:
    return any(_kernel_at(clause, language) for clause in sentence)


def _without_contrast(sentences: list[_Sentence], language: str) -> list[_Sentence]:
    """Leave out words of contrast up to where the letter accepts: "I never do this, but for you: introduce us"."""
    left_out = _contrast(language) if any(_has_kernel(one, language) for one in sentences) else frozenset()
    told: list[_Sentence] = []
    accepted = False
    for sentence in sentences:
        clauses: _Sentence = []
        for clause in sentence:
            accepted = accepted or bool(_kernel_at(clause, language))
            clauses.append(clause if accepted else list(_but(clause, left_out, language)))
        told.append(clauses)
    return told


def _but(clause: list[str], left_out: Collection[str], language: str) -> Iterator[str]:
    """Yield a clause without words of contrast, but for those of a longer phrase, such as `no problem`."""
    index, at = _index(language, ()), 0
    while at < len(clause):
        length = max(1, _longest(clause, at, index)[0])
        if length > 1 or clause[at] not in left_out:
            yield from clause[at : at + length]
        at += length


def _accepts(sentence: _Sentence, language: str, names: Collection[str]) -> bool:
    for clause in sentence:
        kernel = _kernel_at(clause, language)
        if _strange(clause, language, names, kernel) is None:
            return False
        before = min(kernel, default=0)
        ahead = _strange(clause[:before], language, names, set()) or 0
        strange = _strange(clause[before:], language, names, {at - before for at in kernel})
        # A lone unknown word is an adverb as likely as a name: "Introduce us, hypothetically."
        if ahead > MOST_AHEAD or strange is None or (strange and (kernel or len(clause) == 1)):
            return False
    return True


def _stands(names: tuple[str, ...], sentence: _Sentence, language: str) -> bool:
    """Say whether a phrase of these lists stands in a sentence, no part of a harmless one."""
    index = _index(language, names)
    words = [word for clause in sentence for word in clause]
    at = 0
    while at < len(words):
        length, against = _longest(words, at, index)
        if against:
            return True
        at += length or 1
    return False


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
    return frozenset(phrase for some in _index(language, _DOUBTFUL).values() for phrase, _doubtful in some)


def _strange(clause: list[str], language: str, names: Collection[str], kernel: set[int]) -> int | None:
    """Return how many words of a clause are unknown, None where one is of doubt."""
    index, unknown, at = _index(language, _DOUBTFUL), 0, 0
    while at < len(clause):
        length, doubtful = _longest(clause, at, index)
        if doubtful:
            return None
        if not length and at not in kernel and clause[at] not in names:
            if clause[at].isdecimal() or clause[at] in _doubt_elsewhere():
                return None
            unknown += 1
        at += length or 1
    return unknown


def _longest(words: list[str], at: int, index: _Index) -> tuple[int, bool]:
    """Return how many words the longest phrase has that begins here, 0 for none, and whether it leaves a doubt."""
    for phrase, doubtful in index.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase), doubtful
    return 0, False


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


@cache
def _of(language: str) -> lexicon.Lexicon:
    return next(one for one in lexicon.languages() if one.language == language)


@cache
def _warm(language: str) -> frozenset[_Words]:
    """Return what is a yes all by itself and too warm to be about something else: not a bare `yes` or `ok`."""
    said = {tuple(phrase.split()) for phrase in _of(language).of("meaning.yes_alone")}
    warm = {tuple(phrase.split()) for phrase in _of(language).of("accepting.warm")}
    return frozenset(warm | {phrase for phrase in said if len(phrase) > 1})


@cache
def _contrast(language: str) -> frozenset[str]:
    return frozenset(word for phrase in _of(language).of("accepting.contrast") for word in phrase.split())


@cache
def _kernels(language: str) -> dict[str, tuple[_Kernel, ...]]:
    """Return the kernels of a language by their first word; the word `gap` in the file leaves room for a few words."""
    by_first: dict[str, list[_Kernel]] = {}
    for phrase in _of(language).of("accepting.kernel"):
        pieces = tuple(tuple(piece.split()) for piece in phrase.split(" gap "))
        by_first.setdefault(pieces[0][0], []).append(pieces)
    return {first: tuple(some) for first, some in by_first.items()}


@cache
def _index(language: str, doubtful: tuple[str, ...]) -> _Index:
    """Return harmless and `doubtful` phrases by their first word, longest first, with whether they leave a doubt."""
    told: dict[_Words, bool] = {}
    for name in (*_HARMLESS, *doubtful):
        for phrase in _of(language).of(name):
            told[tuple(phrase.split())] = name in doubtful
    for phrase in _of(language).of("accepting.company"):
        told[tuple(phrase.split())] = False
    by_first: dict[str, list[tuple[_Words, bool]]] = {}
    for words, leaves_one in told.items():
        by_first.setdefault(words[0], []).append((words, leaves_one))
    return {first: tuple(sorted(some, key=lambda one: -len(one[0]))) for first, some in by_first.items()}


@cache
def _doubt_elsewhere() -> frozenset[str]:
    """Return the single words of doubt of all languages: people mix them."""
    return frozenset(word for phrase in lexicon.everywhere("accepting.doubt") if len(phrase.split()) == 1
                     for word in phrase.split())  # fmt: skip
