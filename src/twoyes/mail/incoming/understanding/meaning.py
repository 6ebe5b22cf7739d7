"""What a human's words mean as an answer to an ask, by word lists in eight languages; the rule is what is not read.

A yes is read only where every word is known to be harmless (F: whatever a careful stranger could doubt is unclear). The
other meanings open nothing, so a phrase is enough for them, unless something else is said that contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from twoyes.mail.incoming.understanding import accepting, lexicon, signature
from twoyes.mail.incoming.understanding.understood import Meaning

LONGEST = 5_000
"""Characters: who writes more than this has not answered with a word."""

_CATEGORIES = ("yes", "plain", "no", "later", "their_details", "stop")
_ALONE = ("yes_alone", "no_alone", "stop_alone")
_SENTENCE = re.compile(r"[.!?;:\n…]+")
_CLAUSE = re.compile(r"[,–—-]+[ \n]|[()]")
_DOUBTFUL = re.compile(r"\.\.|…|[\"“”„«»]|;-?\)|/s\b|:-?[/(|]")
_NAME = re.compile(r"(?<=[^\W\d_][ ,])[^\W\d_][^\W\d_]{1,30}")
_MOST_UNKNOWN_BESIDE_NO = 4
_WRAPPED = 45
"""Characters of a line after which a small letter goes on with its sentence."""

type _Index = dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]


@dataclass(slots=True)
class _Found:
    """What the words of one language make of a text."""

    said: set[str] = field(default_factory=set)
    known: int = 0
    unknown: int = 0


def meaning(said: str, names: Collection[str] = ()) -> Meaning:
    """Return what this new text means; `names` are words (folded) that only name somebody. Linear in the text."""
    if len(said) > LONGEST:
        return "unclear"
    sentences = _sentences(_inner(said, names))
    languages = lexicon.languages()
    found = [_read(sentences, language, frozenset(names)) for language in languages]
    for one, language in zip(found, languages, strict=True):
        if lexicon.says(lexicon.line(said), language.of("meaning.doubt")) or accepting.doubts(
            sentences, language.language
        ):
            one.said.add("doubt")
    most = max(one.known for one in found)
    question = "?" in said
    if not question and any(lexicon.says(lexicon.line(said), one.of("meaning.final_no")) for one in languages):
        # "Yes, I know that you hoped, but it is a no": what it comes to after all is what it means.
        return "no"
    doubtful = question or bool(_DOUBTFUL.search(said))
    told = {_decide(one, question=question, doubtful=doubtful) for one in found if one.known == most}
    clear = told - {"unclear"}
    if clear and clear <= {"no", "stop"} and lexicon.says(lexicon.line(said), lexicon.everywhere("meaning.never_no")):
        return "unclear"
    if clear & {"no", "stop"} and any(accepting.accepts_somewhere(sentences, one.language, names) for one in languages):
        return "unclear"
    likely = [language for one, language in zip(found, languages, strict=True) if one.known == most]
    if not clear and not doubtful and any(accepting.accepts(sentences, one.language, names) for one in likely):
        return "yes"
    return clear.pop() if len(clear) == 1 else "unclear"


def plainly(said: str, names: Collection[str], meaning: Meaning) -> bool:
    """Say whether a sentence of this text says this no or stop in words that are all known, for this closes (0029).

    A phrase among others may be about something else: "I tell my editor no every week".
    """
    if meaning not in {"no", "stop"}:
        return False
    sentences, names = _sentences(_inner(said, names)), frozenset(names)
    read = [(_read(sentences, language, names).known, language) for language in lexicon.languages()]
    most = max(known for known, _language in read)
    found = [_read([one], language, names) for known, language in read if known == most for one in sentences]
    return any(one.said & {meaning, f"{meaning}_alone"} and not one.unknown for one in found)


def names_in(text: str) -> set[str]:
    """Return the words of a text that are written as names within a sentence, folded; no days and no months."""
    found = {word for one in _NAME.findall(text[:20_000]) if one[0].isupper() for word in lexicon.words(one)}
    return found - _times()


def _decide(found: _Found, *, question: bool, doubtful: bool) -> Meaning:
    said = found.said
    if said & {"stop", "stop_alone"}:
        return "unclear" if said & {"yes", "yes_alone"} else "stop"
    if "their_details" in said:
        return "unclear" if said & {"later", "no", "no_alone"} else "their_details"
    if "later" in said:
        return "unclear" if "yes_alone" in said else "later"
    if "no" in said or "no_alone" in said:
        sure = "no" in said or found.unknown <= _MOST_UNKNOWN_BESIDE_NO
        return "no" if sure and not question and "yes_alone" not in said else "unclear"
    if said & {"yes", "yes_alone"} and not doubtful and not found.unknown and "doubt" not in said:
        return "yes"
    return "unclear"


def _read(sentences: list[list[list[str]]], language: lexicon.Lexicon, names: frozenset[str]) -> _Found:
    """Cover the words of each sentence with the longest phrases that begin there, from left to right."""
    index, found = _index(language.language), _Found()
    for clauses in sentences:
        whole = [word for clause in clauses for word in clause]
        length, said = _longest(whole, 0, index)
        # "Of course, not": what the whole sentence says goes before what its clauses say one by one.
        if length < len(whole) or "no" not in said:
            whole = [word for clause in clauses if not _alone(clause, language, found, names) for word in clause]
        words = whole
        at = 0
        while at < len(words):
            length, said = _longest(words, at, index)
            found.said |= said
            if length:
                found.known += length
            elif words[at] not in names:
                found.unknown += 1
            at += length or 1
    return found


def _alone(clause: list[str], language: lexicon.Lexicon, found: _Found, names: frozenset[str]) -> bool:
    """Take in a clause that says all by itself: `Yes,` or `Yes Cora,`; say whether it is one."""
    bare = [word for word in clause if word not in names]
    told = f" {' '.join(bare)} "
    said = _said_alone(language.language).get(told, frozenset())
    found.said |= said
    found.known += len(bare) if said else 0
    return bool(said)


def _longest(words: list[str], at: int, index: _Index) -> tuple[int, frozenset[str]]:
    for phrase, said in index.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase), said
    return 0, frozenset()


@cache
def _index(language: str) -> _Index:
    """Return the phrases of a language by their first word, longest first, with what they say."""
    lexicon_ = next(one for one in lexicon.languages() if one.language == language)
    said: dict[tuple[str, ...], set[str]] = {}
    for category in _CATEGORIES:
        for phrase in lexicon_.of(f"meaning.{category}"):
            said.setdefault(tuple(phrase.split()), set()).update({category} - {"plain"})
    by_first: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for words, categories in said.items():
        by_first.setdefault(words[0], []).append((words, frozenset(categories)))
    return {first: tuple(sorted(some, key=lambda one: -len(one[0]))) for first, some in by_first.items()}


@cache
def _said_alone(language: str) -> dict[str, frozenset[str]]:
    """Return what says something all by itself, with all that it says."""
    lexicon_ = next(one for one in lexicon.languages() if one.language == language)
    told = {phrase for name in _ALONE for phrase in lexicon_.of(f"meaning.{name}")}
    names = [name for name in (*_ALONE, *_CATEGORIES) if name != "plain"]
    return {one: frozenset(name for name in names if one in lexicon_.of(f"meaning.{name}")) for one in told}


@cache
def _times() -> frozenset[str]:
    months = [word for number in range(1, 13) for word in lexicon.everywhere(f"months.m{number}")]
    return frozenset(word for phrase in [*months, *lexicon.everywhere("quoting.on")] for word in phrase.split())


def _sentences(said: str) -> list[list[list[str]]]:
    """Return the words of each clause of each sentence."""
    told = [[lexicon.words(clause) for clause in _CLAUSE.split(one)] for one in _SENTENCE.split(said)]
    return [[clause for clause in clauses if clause] for clauses in told if any(clauses)]


def _inner(said: str, names: Collection[str]) -> str:
    """Return a letter without its greeting and its closing, which name people and mean nothing."""
    lines = said.split("\n")
    while len(lines) > 1 and (not lines[-1].strip() or _is_name(lines[-1], names)):
        lines.pop()
    if len(lines) > 2 and not lines[-2].strip() and accepting.signs(lines[-1]):
        lines.pop()
    for at in range(1, len(lines)):
        below = [one for one in lines[at + 1 :] if one.strip()]
        if signature.is_closing(lines[at]) and len(below) <= 2 and all(len(one.split()) <= 4 for one in below):
            lines = lines[:at]
            break
    if len(lines) > 1 and _greets(lines[0]):
        lines = lines[1:]
    return _unwrapped(lines)


def _unwrapped(lines: list[str]) -> str:
    """Return lines as one text, with a sentence that a program has wrapped in one line again."""
    text = ""
    for line in lines:
        wrapped = len(text) - text.rfind("\n") > _WRAPPED and text[-1].isalnum() | (text[-1] == ",")
        text += f" {line}" if wrapped and line[:1].islower() else f"\n{line}"
    return text[1:]


def _is_name(line: str, names: Collection[str]) -> bool:
    words = lexicon.words(line)
    return 0 < len(words) <= 4 and all(word in names or len(word) == 1 for word in words)


def _greets(line: str) -> bool:
    text = lexicon.line(line)
    return len(text.split()) <= 5 and "?" not in line and text.startswith(lexicon.everywhere("meaning.greetings"))
