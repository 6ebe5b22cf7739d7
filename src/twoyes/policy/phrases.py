"""Phrases as people write them down, woven into one net that a text is drawn through once.

What a line may hold is told in docs/screening.md. A net is walked word by word from every word of a text; no line
is longer than a few words and no gap wider than three, so the time is linear in the text, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from twoyes.lib.text import fold

# A number with its points and commas, a word, the end of a sentence, a sign that stands for a word.
PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[.!?;]|[€$£%]")
STOPS = frozenset(".!?;")
_DIGITS = "#"
_GAP = 3
# No beginning and no ending that is looked for is longer.
_LONGEST = 20
# Written by hand where a keyboard lacks the letter.
_BY_HAND = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_SIGN = re.compile(r"\.\.\.|…|[()\[\]|{}]|\*?[^\s()\[\]|{}]+")

# The words of a class such as {his}, by its name.
Classes = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file. `always`: meant even where it is negated. `unless`: takes back what it covers."""

    written: str
    always: bool = False
    unless: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Where a line was met: its first word, and the one after its last."""

    start: int
    end: int
    line: Line


def spellings(written: str) -> tuple[str, ...]:
    """How this is looked for: its words folded, with umlauts as letters and as ae, oe, ue."""
    both = (written, written.translate(_BY_HAND))
    return tuple(dict.fromkeys(" ".join(map(fold, PIECE.findall(each))) for each in both))


class _Knot:
    """One place in the net: what may come next, and the line that ends here."""

    __slots__ = ("any", "ends", "eps", "heads", "tails", "words")

    def __init__(self) -> None:
        # Few places have more than one of these, and there are some forty thousand places.
        self.words: dict[str, list[_Knot]] = _NOTHING
        self.heads: dict[str, list[_Knot]] = _NOTHING
        self.tails: dict[str, list[_Knot]] = _NOTHING
        self.any: _Knot | None = None
        self.eps: tuple[_Knot, ...] = ()
        self.ends: Line | None = None

    def after(self, word: str) -> list[_Knot]:
        """The places that one word leads to."""
        found = list(self.words.get(word, ()))
        if word[0].isdigit():
            found += self.words.get(_DIGITS, ())
        if self.any is not None and word not in STOPS:
            found.append(self.any)
        # Nearly every place with one of these has no other.
        for length in range(1, min(len(word), _LONGEST) + 1) if self.heads else ():
            if word[:length] in self.heads:
                found += self.heads[word[:length]]
        for length in range(1, min(len(word), _LONGEST) + 1) if self.tails else ():
            if word[-length:] in self.tails:
                found += self.tails[word[-length:]]
        return found


# What nothing is ever put into.
_NOTHING: dict[str, list[_Knot]] = {}


class Net:
    """Many lines, looked for at once."""

    def __init__(self, lines: Iterable[Line], classes: Classes) -> None:
        self._root = _Knot()
        self._classes = classes
        self.lines = tuple(lines)
        for line in self.lines:
            _Weaving(self._classes, line.written).weave(self._root).ends = line
        self._first = _one_of(_closed([self._root]))

    def spans(self, words: Sequence[str]) -> Iterator[Span]:
        """Every place where a line is met, the longest of each line's beginning, in the order of the text."""
        for start, word in enumerate(words):
            if here := self._first.after(word):
                yield from self._from(words, start, here)

    def example(self) -> list[str]:
        """A text that the first line is met in, by the shortest way; empty where there is none."""
        seen: set[int] = set()
        ways: list[tuple[_Knot, list[str]]] = [(self._root, [])]
        for knot, said in ways:
            if knot.ends is not None:
                return said
            if id(knot) in seen:
                continue
            seen.add(id(knot))
            ways.extend((following, said) for following in knot.eps)
            for table in (knot.words, knot.heads, knot.tails):
                ways.extend((one, [*said, word]) for word, those in table.items() if word != _DIGITS for one in those)
            if knot.any is not None:
                ways.append((knot.any, [*said, "x"]))
        return []

    def _from(self, words: Sequence[str], start: int, here: list[_Knot]) -> Iterator[Span]:
        found: dict[Line, int] = {}
        at = start
        while True:
            at += 1
            here = _closed(here)
            found.update((knot.ends, at) for knot in here if knot.ends is not None)
            if at >= len(words) or not here:
                break
            here = [following for knot in here for following in knot.after(words[at])]
        yield from (Span(start, end, line) for line, end in found.items())


def _closed(knots: Iterable[_Knot]) -> list[_Knot]:
    seen: dict[int, _Knot] = {}
    waiting = list(knots)
    while waiting:
        knot = waiting.pop()
        if id(knot) not in seen:
            seen[id(knot)] = knot
            waiting.extend(knot.eps)
    return list(seen.values())


def _one_of(knots: Sequence[_Knot]) -> _Knot:
    """One place from which a word leads wherever it leads from any of these: every word of a text begins here."""
    one = _Knot()
    for table in ("words", "heads", "tails"):
        ways: dict[str, list[_Knot]] = {}
        for knot in knots:
            for piece, following in getattr(knot, table).items():
                ways.setdefault(piece, []).extend(following)
        setattr(one, table, ways)
    gaps = tuple(knot.any for knot in knots if knot.any is not None)
    if gaps:
        one.any = _Knot()
        one.any.eps = gaps
    return one


class _Weaving:
    """One line on its way into the net."""

    def __init__(self, classes: Classes, written: str) -> None:
        self._classes = classes
        self._signs = _SIGN.findall(written)
        self._written = written

    def weave(self, knot: _Knot) -> _Knot:
        end = self._sequence(knot)
        if self._signs:
            raise ValueError(f"a bracket too many in: {self._written}")
        return end

    def _sequence(self, knot: _Knot) -> _Knot:
        while self._signs and self._signs[0] not in ("|", ")", "]", "}"):
            sign = self._signs.pop(0)
            if sign in ("(", "["):
                knot = self._choice(knot, ")" if sign == "(" else "]")
            elif sign == "{":
                knot = self._class(knot)
            elif sign in ("...", "…"):
                knot = _gap(knot)
            else:
                knot = _word(knot, sign)
        return knot

    def _choice(self, knot: _Knot, closing: str) -> _Knot:
        out = _Knot()
        if closing == "]":
            _join(knot, out)
        while True:
            _join(self._sequence(knot), out)
            sign = self._signs.pop(0) if self._signs else ""
            if sign == closing:
                return out
            if sign != "|":
                raise ValueError(f"no {closing} in: {self._written}")

    def _class(self, knot: _Knot) -> _Knot:
        name, closing = (*self._signs[:2], "", "")[:2]
        if closing != "}":
            raise ValueError(f"no }} in: {self._written}")
        del self._signs[:2]
        out = _Knot()
        for each in self._classes(name):
            _join(_Weaving(self._classes, each).weave(knot), out)
        if name == "number":
            _tie(knot, _DIGITS, out, "")
        return out


def _join(knot: _Knot, out: _Knot) -> None:
    knot.eps = (*knot.eps, out)


def _gap(knot: _Knot) -> _Knot:
    out = _Knot()
    for _step in range(_GAP):
        _join(knot, out)
        knot.any = knot.any or _Knot()
        knot = knot.any
    _join(knot, out)
    return out


def _word(knot: _Knot, sign: str) -> _Knot:
    out = _Knot()
    bare = sign.strip("*")
    for spelled in spellings(bare):
        pieces = spelled.split()
        if not pieces or STOPS.intersection(pieces):
            raise ValueError(f"no word: {sign}")
        last = knot
        for place, piece in enumerate(pieces):
            following = out if place == len(pieces) - 1 else _Knot()
            _tie(last, piece, following, sign if len(pieces) == 1 else "")
            last = following
    return out


def _tie(knot: _Knot, piece: str, following: _Knot, sign: str) -> None:
    # One's own as soon as there is something to put into it.
    if sign.endswith("*"):
        knot.heads = knot.heads or {}
        knot.heads.setdefault(piece, []).append(following)
    elif sign.startswith("*"):
        knot.tails = knot.tails or {}
        knot.tails.setdefault(piece, []).append(following)
    else:
        knot.words = knot.words or {}
        knot.words.setdefault(piece, []).append(following)
