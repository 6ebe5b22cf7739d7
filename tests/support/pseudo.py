"""A pseudo language: every message that passes through gettext comes back in brackets and with accents.

What a reader sees outside the brackets was never marked for translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import translation

from twoyes.web import public
from twoyes.web.templatetags import house

OPEN, CLOSE = "⟦", "⟧"
_ACCENTS = str.maketrans("aeiouAEIOUcnsy", "áéíóúÁÉÍÓÚçñšý")
# What must not be touched in a message: places for values, tags and entities, commands and addresses to be typed.
_KEPT = re.compile(r"(%\([a-zA-Z_0-9]+\)[a-z]|%[a-z]|\{[a-z_]*\}|<[^>]*>|&[a-z]+;|`[^`]*`|https?://\S+|[A-Z_]{3,})")
_INNERMOST = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")


def pseudo(message: str) -> str:
    """Return a message in the pseudo language."""
    if not message.strip():
        return message
    parts = _KEPT.split(message)
    return OPEN + "".join(one if n % 2 else one.translate(_ACCENTS) for n, one in enumerate(parts)) + CLOSE


def unmarked(text: str) -> str:
    """Return what stands outside of all brackets."""
    while (less := _INNERMOST.sub(" ", text)) != text:
        text = less
    return text


@contextmanager
def spoken(patches: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Let everything be said in the pseudo language inside the block; yield the messages that were asked for."""
    asked: set[str] = set()

    def singular(real: Any) -> Any:
        def said(*arguments: str) -> str:
            asked.add(arguments[-1])
            return pseudo(str(real(*arguments)))

        return said

    def plural(real: Any) -> Any:
        def said(*arguments: Any) -> str:
            asked.add(arguments[-3])
            return pseudo(str(real(*arguments)))

        return said

    # What django.utils.translation calls, once it has decided which of its two ways to go.
    ways = vars(translation)["_trans"]
    _forget_what_was_said()
    with patches.context() as patch:
        for name in ("gettext", "pgettext"):
            patch.setattr(ways, name, singular(getattr(ways, name)))
        for name in ("ngettext", "npgettext"):
            patch.setattr(ways, name, plural(getattr(ways, name)))
        yield asked
    _forget_what_was_said()


def _forget_what_was_said() -> None:
    """Let pages that keep what is the same for everybody write it anew."""
    for kept in (*vars(public).values(), *vars(house).values()):
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()


_NO_WORDS = (
    # The seed of an app, addresses of mail and of pages, ids, keys, hashes, options of a command.
    re.compile(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}"),
    re.compile(r"\S+@\S+|https?://\S+|/@?[\w/@.-]+|--[a-z-]+|@[a-z]+"),
    re.compile(r"\b(?:[0-9a-z]{12}|[a-z2-7]{26}|[0-9a-f]{64})\b"),
)


def left_over(text: str, data: Iterable[str]) -> list[str]:
    """Return the lines that still hold words when what is marked, and what is data, is taken out."""
    text = unmarked(text)
    for known in sorted({one for one in data if len(one) > 1}, key=len, reverse=True):
        # Letters are wrapped, and data with them.
        text = re.sub(r"\s+".join(map(re.escape, known.split())), " ", text)
    for pattern in _NO_WORDS:
        text = pattern.sub(" ", text)
    return [line.strip() for line in text.splitlines() if re.search(r"[^\W\d_]{2,}", line)]
