"""A template that was not filled in, or keys pressed to get past the form."""

import re

from twoyes.policy.reading import PROSE, Phrases, Read, Told
from twoyes.policy.records import Facts, Strength
from twoyes.policy.rules.base import Rule
from twoyes.policy.rules.base import mark as _

LEFT_IN = Phrases(
    "lorem ipsum", "insert name", "insert company", "insert your name", "your name here",
    "your text here", "xxxx",
    "ihr name hier", "dein name hier", "name einfügen", "firma einfügen", "text hier einfügen",
    "votre nom ici", "ton nom ici", "insérer le nom", "insérer votre nom",
)  # fmt: skip
ALL_THERE_IS = Phrases(
    "test", "testing", "test test", "asdf", "asdf asdf", "asdfasdf", "asdfgh", "qwerty", "qwertz", "azerty",
    "foo", "bar", "foo bar", "xxx", "todo", "to do", "tbd", "blah", "blah blah", "bla",
    "bla bla", "bla bla bla", "some text", "platzhalter", "beispieltext", "blindtext", "ein test",
    "placeholder", "texte", "texte ici", "un test", "à compléter", "à remplir",
)  # fmt: skip
# What stands inside the brackets of a template.
_SLOTS = frozenset(
    "name names firstname lastname company organisation organization topic industry insert your"
    " vorname nachname firma unternehmen thema branche ihr ihre ihren dein deine einfugen"
    " nom prenom entreprise societe sujet secteur votre ton inserer todo tbd xxx".split()
)
# Both ends are bounded, so that the time stays linear (D19).
_BRACKETS = re.compile(r"[\[<{]([^\[\]<>{}]{1,40})[\]>}]")


def check(told: Told, _facts: Facts) -> list[str]:
    return [field for field in ("target", *PROSE) if _is_unfilled(told[field])]


def _is_unfilled(read: Read) -> bool:
    return read.is_only(ALL_THERE_IS) or read.says(LEFT_IN) or any(map(_is_slot, _BRACKETS.finditer(read.folded)))


def _is_slot(match: re.Match[str]) -> bool:
    words = Read(match[1].replace("_", " ")).words
    return len(words) <= 4 and not _SLOTS.isdisjoint(words)


RULE = Rule(
    code="placeholder",
    strength=Strength.BLOCKER,
    sentence=_("A part of a template, or a filler, still stands where words should be."),
    mend=_("Replace it by what you want to say; two plain sentences are better than a full page."),
    check=check,
)
