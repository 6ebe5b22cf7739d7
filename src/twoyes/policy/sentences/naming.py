"""Whether a text names somebody or something that a connector wrote down, word for word."""

from __future__ import annotations

from twoyes.policy.reading import Read


def named(written: str, said: Read) -> bool:
    """Say whether these words stand in a field one after another, blind to case, accents and punctuation."""
    words = " ".join(Read(written).words)
    return bool(words) and f" {words} " in f" {' '.join(said.words)} "
