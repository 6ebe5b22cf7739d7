"""The words that the rules look for: plain text files, one a language and code, read when first needed.

`words/LANGUAGE/CODE.txt` holds what a rule looks for, `words/LANGUAGE/language.txt` what all of them need.
docs/screening.md tells how to write one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from twoyes.policy.phrases import Line, Net, spellings

HOME = Path(__file__).parent / "words"
COMMON = "language"
# Read in this order wherever several languages have a say.
LANGUAGES = ("en", "de", "fr", "es")


@cache
def sections(language: str, name: str) -> Mapping[str, tuple[Line, ...]]:
    """The lines of one file by the heading that they stand under; none where there is no such file."""
    path = HOME / language / f"{name}.txt"
    if not path.exists():
        return {}
    found: dict[str, list[Line]] = {}
    heading = ""
    for raw in path.read_text(encoding="utf-8").splitlines():
        text = raw.partition("#")[0].strip()
        if text.endswith(":"):
            heading = text[:-1].strip()
            found.setdefault(heading, [])
        elif text:
            found.setdefault(heading, []).append(line(text))
    return {heading: tuple(lines) for heading, lines in found.items()}


def line(text: str) -> Line:
    """One phrase as it stands in a file: `!` means it even where it is negated, `-` takes back what it covers."""
    return Line(text.lstrip("!- "), always=text.startswith("!"), unless=text.startswith("-"))


@cache
def net(language: str, name: str, heading: str) -> Net:
    """The phrases under one heading. Raises ValueError where a line cannot be read."""
    return Net(sections(language, name).get(heading, ()), lambda each: _class(language, each, name))


def _class(language: str, heading: str, name: str = COMMON) -> tuple[str, ...]:
    """The words of a class: of the file itself where it has such a heading, else of the language."""
    lines = sections(language, name).get(heading) or sections(language, COMMON).get(heading, ())
    if not lines:
        raise ValueError(f"no words for {{{heading}}} in {language}/{name}.txt")
    return tuple(each.written for each in lines)


@cache
def words(language: str, heading: str) -> frozenset[str]:
    """The single words under one heading of a language's own file, folded, in each of their spellings."""
    return frozenset(spelled for each in _class(language, heading) for spelled in spellings(each))
