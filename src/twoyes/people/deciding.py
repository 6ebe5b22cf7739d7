"""What is new in a record since its source spoke last, but for what the owner changed since then: plain data only.

Each source is held to its own words, so that two that disagree do not overwrite each other import by import: whoever
comes second only fills what is empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

from twoyes.lib import sealing
from twoyes.people import points
from twoyes.people.matching import Known, Match
from twoyes.people.models import ContactPoint
from twoyes.people.sources.base import Entry

Kind = ContactPoint.Kind
CLEAR = ("name", "organisation", "position", "known_since", "last_contact")


@dataclass(slots=True)
class Change:
    """What a record brings to a card: new values of clear fields, points to add by kind, and notes where none are.

    `first` says that new addresses go before the others. `linked` is False where the source's key is new to the card.
    """

    match: Match
    fields: dict[str, object] = field(default_factory=dict)
    points: dict[Kind, list[str]] = field(default_factory=dict)
    first: bool = False
    notes: str = ""
    linked: bool = True

    def __bool__(self) -> bool:
        shown = bool(self.fields or self.points or self.notes)
        return self.match.known is None or shown or not self.linked


def decide(found: Match) -> Change:
    """What a record changes; nothing at all, where the source says what it said before."""
    change = Change(found)
    known, entry = found.known, found.entry
    if known is None:
        return change
    for column in CLEAR:
        if _is_news(known, column, entry):
            change.fields[column] = getattr(entry, column)
    for kind, values in _points(entry).items():
        said = known.said(kind)
        keys = {points.key(kind, value): value for value in values}
        new = [value for key, value in keys.items() if key not in known.points[kind] and key not in said]
        if new:
            change.points[kind] = new
    mails = known.points[Kind.EMAIL]
    # The source's new address follows its old one; before an address of the owner's it does not go.
    change.first = not mails or mails[0] in known.said(Kind.EMAIL)
    if entry.notes and not known.has_notes and not known.said("notes"):
        change.notes = entry.notes
    change.linked = found.key in known.links
    return change


def marks(entry: Entry) -> dict[str, object]:
    """What the source says, as hashes; of what is sealed as keyed ones."""
    said: dict[str, object] = {column: mark(column, value) for column in CLEAR if (value := getattr(entry, column))}
    said |= {kind: [points.key(kind, value) for value in values] for kind, values in _points(entry).items()}
    if entry.notes:
        said["notes"] = sealing.index("notes", entry.notes)
    return said


def mark(column: str, value: object) -> str:
    """The hash of a clear value."""
    # What stands clear in the row needs no key; a keyed index here would double the time of an import.
    return blake2b(f"{column}:{value}".encode(), digest_size=8).hexdigest()


def _is_news(known: Known, column: str, entry: Entry) -> bool:
    """Whether the source says something new about a field that is empty, or still as the source once said."""
    now, new = getattr(known, column), getattr(entry, column)
    if not new:
        return False
    if column == "last_contact":
        return now is None or bool(new > now)
    said = known.said(column)
    return mark(column, new) not in said and new != now and (not now or mark(column, now) in said)


def _points(entry: Entry) -> dict[Kind, tuple[str, ...]]:
    found = {
        Kind.EMAIL: entry.addresses,
        Kind.PHONE: entry.phones,
        Kind.PROFILE: (entry.profile,) if entry.profile else (),
    }
    return {kind: values for kind, values in found.items() if values}
