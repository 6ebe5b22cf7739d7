"""Forms as plain values: what they ask, who will read it, what was typed, and what was wrong with it.

Cleaning is the verbs' business. A form here only shows its fields, and shows them again with everything kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.http import HttpRequest
from django.utils.functional import Promise

type Words = str | Promise
type Errors = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One of several answers: what is posted, what is shown, and what it means."""

    value: str
    label: Words
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `kind` is line, email, number, day, text, secret, tick, ticks, radio, chips or select.

    `reads` says who will read it; `rows` is the height of a text; `fold` fields wait behind one line until they are
    wanted; `chips` are short choices beside each other; `of` names what a field stands in for, as a written name does
    for a card; `offers` are words to take over.
    """

    name: str
    label: Words
    reads: Words = ""
    kind: str = "line"
    options: tuple[Option, ...] = ()
    required: bool = False
    autocomplete: str = ""
    rows: int = 3
    fold: bool = False
    of: str = ""
    chips: bool = False
    offers: tuple[str, ...] = ()

    @property
    def error_name(self) -> str:
        """The name whose errors stand beside this field."""
        return self.of or self.name

    @property
    def short(self) -> bool:
        """Whether its choices fit beside each other, as chips."""
        few = len(self.options) <= 3 and not any(one.hint for one in self.options)
        return self.chips or self.kind == "chips" or (self.kind == "radio" and few)


@dataclass(frozen=True, slots=True)
class Shown:
    """A field on a page: with its id, what was typed, what is wrong, and what would help (`findings`)."""

    field: Field
    id: str
    value: str = ""
    code: str = ""
    sentence: str = ""
    findings: Sequence[tuple[str, str]] = ()
    beside: bool = False

    @property
    def live(self) -> bool:
        """Whether the words are counted and weighed beside the field while one types."""
        return self.beside and self.field.kind == "text"

    @property
    def words(self) -> int:
        """How many words stand in the field."""
        return len(self.value.split())

    @property
    def described(self) -> str:
        """The ids of what explains this field, for those who hear the page."""
        parts = [f"{self.id}-reads"] if self.field.reads else []
        beside = [f"{self.id}-beside"] if self.live else []
        return " ".join([*parts, *beside, *([f"{self.id}-error"] if self.code else [])])

    @property
    def ticked(self) -> bool:
        return self.value in {"yes", "on", "true", "1"}

    @property
    def values(self) -> list[str]:
        """The values of several ticks, which are kept in one text."""
        return self.value.split()


@dataclass(frozen=True)
class Form:
    """A form on a page. `act` is its hidden field; `action` where it posts; `then` says what happens then.

    `prefix` keeps ids apart where a page has several forms; `hidden` are values that go along unseen. `sure` is what
    a hand must tick before the browser lets the button work: programs before a mailbox press whatever they find (C34).
    `beside` is for a form whose words are weighed while one types.
    """

    act: str
    action: str
    fields: Sequence[Field]
    button: Words
    then: Words = ""
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    main: bool = False
    sure: Words = ""
    findings: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    beside: bool = False

    def __iter__(self) -> Iterator[Shown]:
        """Yield the fields in their order."""
        return (self.shown(one) for one in self.fields)

    @property
    def first(self) -> list[Shown]:
        """The fields that are asked of everybody."""
        return [self.shown(one) for one in self.fields if not one.fold]

    @property
    def folded(self) -> list[Shown]:
        """The fields for those who want to say more."""
        return [self.shown(one) for one in self.fields if one.fold]

    @property
    def unfolds(self) -> bool:
        """Whether something is wrong with a field that is folded away."""
        return any(one.code for one in self.folded)

    def shown(self, one: Field) -> Shown:
        code, sentence = self.errors.get(one.error_name, ("", ""))
        typed_in = self.values.get(one.name, "")
        found = self.findings.get(one.name, ())
        return Shown(one, f"{self.prefix}{one.name}", typed_in, code, sentence, found, beside=self.beside)

    @property
    def elsewhere(self) -> list[tuple[str, str, str]]:
        """What is wrong with fields that cannot be seen: name, code and sentence, to be shown above the form."""
        seen = {one.error_name for one in self.fields}
        return [(name, code, said) for name, (code, said) in self.errors.items() if name not in seen]

    def filled(self, request: HttpRequest, errors: Errors | None = None) -> Form:
        """Return the form as it was posted, with nothing lost and the errors beside their fields."""
        return replace(self, values=typed(request, self.fields), errors=errors or {})


def typed(request: HttpRequest, fields: Sequence[Field]) -> dict[str, str]:
    """Return what was posted for these fields and for no other (D25)."""
    return {
        one.name: " ".join(request.POST.getlist(one.name)) if one.kind == "ticks" else request.POST.get(one.name, "")
        for one in fields
    }


def seen(request: HttpRequest) -> int | None:
    """Return the turn of the page that was posted (field `seq`), or None; what is no number is a page of the past."""
    text = request.POST.get("seq", "").strip()
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 10 and text.isascii() else -1
