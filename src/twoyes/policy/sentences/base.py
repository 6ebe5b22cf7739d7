"""What a house rule is made of. One rule, one file: an id, what the page says, what it asks, what it finds, a mend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from twoyes.policy.reading import Told
from twoyes.policy.records import Facts, Strength

# What a connector wrote into a rule: numbers and words by name.
type Values = Mapping[str, int | str]
# Returns the fields in which the rule is met, "" for none in particular; nothing when all is well.
type Check = Callable[[Told, Facts, Values], Iterable[str]]
# What the public page says of it, in the connector's voice. A private number never enters (K2).
type Says = Callable[[Values], list[str]]


@dataclass(frozen=True, slots=True)
class Value:
    """A number (with `least` and `most`), words, or a choice that a rule has. All labels are marked, not translated.

    `column` names the number of `HouseRules` that it is kept as, where the protocol itself reads it.
    """

    name: str
    label: str
    least: int = 0
    most: int = 0
    default: int | str = ""
    choices: tuple[tuple[str, str], ...] = ()
    column: str = ""
    required: bool = True

    @property
    def is_number(self) -> bool:
        return self.most > 0


@dataclass(frozen=True, slots=True)
class HouseRule:
    """One sentence that a connector may choose. It acts only once it is chosen.

    `name` stands beside its tick on the desk and `hint` below it; `sentence` and `mend` are what it finds, for both
    sides; `governs` are codes about words whose strength it sets; without a `strength` there is none to choose.
    """

    id: str
    name: str
    says: Says
    hint: str = ""
    values: tuple[Value, ...] = ()
    check: Check | None = None
    sentence: str = ""
    mend: str = ""
    strength: Strength | None = None
    governs: tuple[str, ...] = ()


def nothing(_values: Values) -> list[str]:
    """What the page says of a rule that is the connector's alone."""
    return []
