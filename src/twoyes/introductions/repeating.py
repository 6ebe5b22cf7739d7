"""Whether two wishes are one, however they were spelled (N7, A2)."""

from __future__ import annotations

import re

from twoyes.lib import text

_WORD = re.compile(r"[^\W_]+")
_TITLES = frozenset("dr prof mr mrs ms mx herr frau m mme mlle sir madam phd ing dipl msc bsc".split())


def same_wish(one: str, other: str) -> bool:
    """Say whether two texts name the same: blind to case, accents, punctuation, titles and the order of words."""
    mine, theirs = _named(one), _named(other)
    return mine == theirs if mine and theirs else text.fold(one) == text.fold(other)


def _named(written: str) -> list[str]:
    return sorted({word for word in _WORD.findall(text.fold(written)) if word not in _TITLES})
