"""A template that was not filled in, or keys pressed to get past the form."""

import re

from twoyes.policy.reading import PROSE, Met, Read, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

# Both ends are bounded, so that the time stays linear (D19).
_BRACKETS = re.compile(r"[\[<{]([^\[\]<>{}]{1,40})[\]>}]")
# What no sentence holds: {{…}}, %NAME%, $name, a line to write on, a row of points, a date without numbers.
_TEMPLATE = re.compile(
    r"\{\{[^{}]{0,60}\}\}|%[A-Za-z]\w{2,20}%|(?<!\w)\$[a-z]\w{2,20}"
    r"|\[\s*[.…?]{1,9}\s*\]|<<[^<>]{1,40}>>|\*{4,}|#[A-Z_]{4,30}\b|\b(?:TBD|TBC|FIXME|N\.N\.)(?!\w)"
    r"|_{3,}|(?<!\S)\.{6,}(?!\S)|\?{3,}|\bY{3}\b|\b[xX]{4,}\b|^\s*(?:Example|Beispiel|Exemple|Ejemplo)\s*:"
    r"|^\s*TODO\b|\b[bcdfghjklmnpqrstvwxz]{3,}\s[bcdfghjklmnpqrstvwxz]{3,}\b"
    r"|\b(?:x{2}|X{2}|d{2}|D{2}|T{2}|t{2}|j{2}|J{2})[./-](?:[xXmM]{2})\b"
)


def check(told: Told, _facts: Facts) -> list[str]:
    quotes = {field: _unfilled(told[field]) for field in ("target", *PROSE)}
    return [Met(field, quote) for field, quote in quotes.items() if quote]


def _unfilled(read: Read) -> str:
    if read.is_only("placeholder", "all there is", everywhere=True):
        return read.text
    template = _TEMPLATE.search(read.bare)
    if template:
        return template[0]
    slots = (match[0] for match in _BRACKETS.finditer(read.bare) if _is_slot(match, read))
    return next(slots, "") or read.first("placeholder", "left in")


def _is_slot(match: re.Match[str], read: Read) -> bool:
    inside = match[1]
    said = Read(inside.replace("_", " "), read.languages)
    before = Read(read.bare[max(0, match.start() - 25) : match.start()], read.languages)
    # A pattern of file names, or a form that is spoken of.
    if len(said.words) > 4 or read.bare[match.end() : match.end() + 1] == "_" or before.has("placeholder", "a form"):
        return False
    return said.has("placeholder", "slot", everywhere=True) or (
        inside.isupper() and len(inside) > 3 and not said.has_digits
    )


RULE = Rule(
    code="placeholder",
    strength=Strength.BLOCKER,
    sentence=_("A part of a template, or a filler, still stands where words should be."),
    mend=_("Replace it by what you want to say; two plain sentences are better than a full page."),
    check=check,
)
