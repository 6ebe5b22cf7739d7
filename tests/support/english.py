"""English where the reader reads something else: little words that German, French and Spanish do not have."""

from __future__ import annotations

import re
from html import unescape

_WORDS = re.compile(
    r"\b(?:the|and|your|you|with|would|please|this|that|from|have|has|is|are|of|to|for|not|it|what|who|they|their"
    r"|been|which|when|where|here|there|one|page|letter|request|send|write|read|day|days)\b",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"(?s)<(script|style|svg|head)\b.*?</\1>|<!--.*?-->")
# Zones are called so everywhere.
_ZONE = re.compile(r'<option value="[A-Z]\w*/[^"]*"[^>]*>.*?</option>')
_SAID = re.compile(r"""(?:alt|aria-label|placeholder|title)="([^"]*)\"""")
_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|/[\w@/-]+")


def english_in(text: str, *, known: tuple[str, ...] = ()) -> list[str]:
    """Return each English word of a text with what stands around it; `known` are names and others' own words."""
    plain = _ADDRESS.sub(" ", " ".join(text.split()))
    for one in sorted(known, key=len, reverse=True):
        plain = plain.replace(" ".join(one.split()), " ")
    return [plain[max(found.start() - 30, 0) : found.end() + 30] for found in _WORDS.finditer(plain)]


def words_of(page: str) -> str:
    """Return what somebody reads, or has read to them, of a page."""
    shown = _ZONE.sub(" ", _UNSEEN.sub(" ", page))
    return unescape(" ".join([_TAG.sub(" ", shown), *_SAID.findall(shown)]))
