"""The name of a person as it stands before an address, taken apart, and how near two of them are."""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from twoyes.network.identity.tables import AFTER, GENERATIONS, NICKNAMES, NOT_NAMES, PARTICLES, TITLES

_LONGEST = 120
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|“[^”]*”")
# What a list, an exchange server or a directory puts behind the name.
_BEHIND = re.compile(r"\s+(?:via|on behalf of|i\.a\.|c/o)\s.*$|\s+-\s.*$|[|;•·@/<].*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_JOINTS = str.maketrans("", "", "'’`´")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_MOST_WORDS = 6
_NICK, _LONG_NICK = 6, 10
_HUMP = re.compile(r"[A-Z][^\W\d_A-Z]+")


class Name(NamedTuple):
    """A person's name in folded words. `family` has its particles in front, written together: devries, vanriel."""

    given: str
    middle: tuple[str, ...]
    family: str
    generation: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """All words, sorted, so that either order of writing gives the same."""
        return tuple(sorted((self.given, *self.middle, self.family)))


class Near(IntEnum):
    """How near two names are: from two people's to one and the same."""

    OTHER = 0
    INITIAL = 1
    CLOSE = 2
    EQUAL = 3


@lru_cache(maxsize=65536)
def parse(text: str) -> Name | None:
    """Return the name of a person, or None where there is no given and family name to be read."""
    plain = _BEHIND.sub("", _ASIDE.sub(" ", text[:_LONGEST].strip(" '\""))).strip(" ,'\"")
    if any(char.isdigit() for char in plain):
        return None
    head, comma, rest = plain.partition(",")
    turned = bool(comma) and not _is_after(rest)
    words = _bare(f"{rest.partition(',')[0]} {head}" if turned else head)
    generation = next((fold(word) for word in words if fold(word) in GENERATIONS), "")
    words = _apart([word for word in words if fold(word) not in GENERATIONS])
    if not 2 <= len(words) <= _MOST_WORDS or any(fold(word) in NOT_NAMES for word in words):
        return None
    return _put(_family_last(words, turned=turned), generation)


def nick(text: str) -> str:
    """The one word that somebody goes by where it is long or odd enough to be told again; "" for any other name.

    Given names are many people's, so a plain short word is no nick.
    """
    word = text.strip(" '\"")
    odd = any(char.isdigit() for char in word) or any(char.isupper() for char in word[1:])
    return fold(word) if word.isalnum() and len(word) >= (_NICK if odd else _LONG_NICK) else ""


def is_list(text: str) -> bool:
    """Whether a name is a list's, a desk's or a machine's: one of its words is nobody's name."""
    return any(fold(word) in NOT_NAMES for word in _WORD.findall(text[:_LONGEST]))


def fold(word: str) -> str:
    """A word without case and accents."""
    bare = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in bare if not unicodedata.combining(char)).translate(_UNDECOMPOSED)


def near(one: Name, other: Name) -> Near:
    """How near two names are. The same either way round."""
    if one.generation and other.generation and one.generation != other.generation:
        return Near.OTHER
    if one.words == other.words:
        if _full(one):
            # A son may leave the "Jr" out, and so may his father.
            return Near.EQUAL if one.generation == other.generation else Near.CLOSE
        return Near.CLOSE if one.middle else Near.INITIAL
    if one.family != other.family or not _middles_agree(one.middle, other.middle):
        return Near.OTHER
    if one.given == other.given:
        return Near.CLOSE if len(one.given) > 1 else Near.INITIAL
    return _given(one.given, other.given)


def _given(one: str, other: str) -> Near:
    """How near two given names are that are not written alike."""
    if other in NICKNAMES.get(one, ()):
        return Near.CLOSE
    return Near.INITIAL if one[0] == other[0] and 1 in (len(one), len(other)) else Near.OTHER


def _full(name: Name) -> bool:
    return len(name.given) > 1 and len(name.family) > 1


def _middles_agree(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Middle names agree where one has none, or the shorter row are the beginnings of the other's."""
    both = zip(mine, theirs, strict=False)
    return all(left == right or (left[0] == right[0] and 1 in (len(left), len(right))) for left, right in both)


def _bare(text: str) -> list[str]:
    """The words of a name without titles before and letters after it."""
    parts = [word for part in text.replace(".", ". ").split() for word in _WORD.findall(part.translate(_JOINTS))]
    while len(parts) > 1 and fold(parts[0]) in TITLES:
        parts = parts[1:]
    while len(parts) > 1 and fold(parts[-1]) in AFTER and not parts[-1].islower():
        parts = parts[:-1]
    return parts


def _apart(words: list[str]) -> list[str]:
    """A name that is written as one word with a hump: SabrinaSimao."""
    if len(words) != 1:
        return words
    humps = _HUMP.findall(words[0])
    return humps if len(humps) == 2 and "".join(humps) == words[0] else words


def _is_after(text: str) -> bool:
    """Whether all that stands behind a comma is letters after a name."""
    words = [fold(word) for word in _WORD.findall(text.replace(".", ""))]
    return all(word in AFTER or word in GENERATIONS for word in words)


def _family_last(words: list[str], *, turned: bool) -> list[str]:
    """Put the family name last where capitals tell which it is: MOLNAR Ingo."""
    loud = [word for word in words if len(word) > 2 and word.isupper()]
    if turned or len(loud) != 1 or len(words) != 2 or words[0] not in loud:
        return words
    return [words[1], words[0]]


def _put(words: list[str], generation: str) -> Name | None:
    folded = [fold(word) for word in words]
    start = len(folded) - 1
    while start > 1 and folded[start - 1] in PARTICLES:
        start -= 1
    name = Name(folded[0], tuple(folded[1:start]), "".join(folded[start:]), generation)
    return name if max(len(name.family), len(name.given)) > 1 else None
