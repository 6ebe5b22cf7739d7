"""Which pairs of addresses are worth reading: generous blocks, made without the code that is measured."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import combinations

from bench.gold.sightings import Pair, Sightings

_WORD = re.compile(r"[^\W\d_]+")
_SHORT, _LONG = 3, 4
_LIKE = 0.8


def pairs(seen: Sightings) -> list[Pair]:
    """Every pair that shares a block, in the order of the hashes of the pairs, which is as good as random."""
    blocks: dict[str, set[str]] = defaultdict(set)
    for address in seen.names:
        for block in _blocks(address, seen.called(address)):
            blocks[block].add(address)
    found = {pair for block in blocks.values() for pair in combinations(sorted(block), 2)}
    return sorted(found | set(_alike(seen)), key=digest)


def digest(pair: Pair) -> str:
    """The hash under which a pair is kept."""
    return sha256("\n".join(sorted(pair)).encode()).hexdigest()[:20]


def _blocks(address: str, names: tuple[str, ...]) -> Iterator[str]:
    local, _at, domain = address.partition("@")
    house = ".".join(domain.split(".")[-2:])
    # The same local part at any host.
    yield f"local {local}"
    # A word of four letters of one's local part that stands in the name or the local part of the other.
    yield from (f"word {word}" for word in _words(local) if len(word) >= _LONG)
    # A short local part may be the initials of somebody of the same house.
    yield f"initials {''.join(sorted(local))} {house}"
    for name in names:
        words = _words(name)
        # A word of a name, given or not.
        yield from (f"name {word}" for word in words if len(word) >= _SHORT)
        yield from (f"word {word}" for word in words if len(word) >= _LONG)
        # The same initials, in any order, in one house.
        yield f"initials {''.join(sorted(word[0] for word in words))} {house}"


def _alike(seen: Sightings) -> Iterator[Pair]:
    """Pairs with a name, or a local part, that is written almost alike."""
    written = [(a, {text for text in (*map(_plain, seen.called(a)), a.partition("@")[0]) if text}) for a in seen.names]
    for (one, mine), (other, theirs) in combinations(written, 2):
        if any(_near(left, right) for left in mine for right in theirs):
            yield (one, other) if one < other else (other, one)


def _near(left: str, right: str) -> bool:
    if min(len(left), len(right)) < _LONG or left[0] != right[0]:
        return False
    match = SequenceMatcher(None, left, right, autojunk=False)
    return match.real_quick_ratio() >= _LIKE and match.quick_ratio() >= _LIKE and match.ratio() >= _LIKE


def _plain(name: str) -> str:
    return " ".join(_words(name))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower())
