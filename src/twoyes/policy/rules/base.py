"""What a rule is made of. One rule, one file: a code, a strength, a sentence, a mend, a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength

# Returns the fields in which the rule is met, "" for none in particular; nothing when all is well.
Check = Callable[[Told, Facts], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`sentence` and `mend` are English, marked for translation; the sentence speaks to both sides alike."""

    code: str
    sentence: str
    mend: str
    check: Check
    strength: Strength = Strength.CONCERN


def mark(sentence: str) -> str:
    """Mark a sentence for translation. Django's own marker wants settings, and screening needs none."""
    return sentence


def empty(field: str) -> Check:
    """A check that is met where the field says nothing."""

    def check(told: Told, _facts: Facts) -> list[str]:
        return [field] if told[field].is_empty else []

    return check
