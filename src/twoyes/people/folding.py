"""What a card says that was made of several: folded from what each says by itself, and unfolded when one leaves.

The stricter mark holds for all of them. What its owner changed on the whole since is theirs and stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import reduce

from twoyes.people.models import JoinedCard, Knowing, Person

MARKS = ("do_not_ask_at", "not_listed_at")
_OF_A_CARD = ("organisation", "position", "known_since", "last_contact")
_WORD = ("since", "since_day", "how", "how_well")
type _Word = tuple[date | None, bool, str, str]
_NO_WORD: _Word = (None, False, "", "")


@dataclass(frozen=True, slots=True)
class Said:
    """What one card says by itself, beside its name, points and notes."""

    organisation: str = ""
    position: str = ""
    known_since: date | None = None
    last_contact: date | None = None
    word: _Word = _NO_WORD
    do_not_ask_at: datetime | None = None
    not_listed_at: datetime | None = None


def said(row: Person) -> Said:
    """What a card says now, whatever it was made of."""
    heart = Knowing.objects.filter(person=row).first()
    found = Said(row.organisation, row.position, row.known_since, row.last_contact)
    if heart is None:
        return found
    word = (heart.since, heart.since_day, heart.how, heart.how_well)
    return replace(found, word=word, do_not_ask_at=heart.do_not_ask_at, not_listed_at=heart.not_listed_at)


def say(row: Person, now_says: Said, at: datetime) -> None:
    """Let a card say this; the row itself is left to be saved."""
    before = said(row)
    for column in _OF_A_CARD:
        setattr(row, column, getattr(now_says, column))
    if (before.word, *_marks(before)) == (now_says.word, *_marks(now_says)):
        return
    heart = Knowing.objects.filter(person=row).first() or Knowing(person=row)
    for name, value in (*zip(_WORD, now_says.word, strict=True), *zip(MARKS, _marks(now_says), strict=True)):
        setattr(heart, name, value)
    if before.word != now_says.word:
        heart.said_at = at if any(now_says.word) else None
    heart.save()


def fold(several: Iterable[Said]) -> Said:
    """What one card of all these says: of words the first, of dates the widest, and every mark of any."""
    return reduce(_both, several)


def _both(one: Said, other: Said) -> Said:
    return Said(
        one.organisation or other.organisation,
        one.position or other.position,
        min((day for day in (one.known_since, other.known_since) if day), default=None),
        max((day for day in (one.last_contact, other.last_contact) if day), default=None),
        one.word if any(one.word) else other.word,
        *(min((at for at in both if at), default=None) for both in zip(_marks(one), _marks(other), strict=True)),
    )


def _marks(one: Said) -> tuple[datetime | None, datetime | None]:
    return one.do_not_ask_at, one.not_listed_at


# ---------------------------------------------------------------- what is kept of each


def joined(card_id: str) -> list[JoinedCard]:
    """The rows of the cards that were joined to this one, in the order in which they were folded into it."""
    rows = JoinedCard.objects.filter(person_id=card_id).order_by("joined_at", "pk")
    return sorted(rows, key=lambda row: int(row.brought.get("nth", 0)))


def own(card: Said, rows: Sequence[JoinedCard]) -> Said:
    """What a card says without those that were joined to it; what was changed since counts as its own."""
    base = _base(rows)
    if base is None:
        return card
    whole = fold([base, *map(kept, rows)])
    return _picked(card, whole, base)


def without(card: Said, rows: Sequence[JoinedCard], leaving: Sequence[JoinedCard]) -> Said:
    """What a card says once some of those that were joined to it are taken off again."""
    base = _base(rows)
    if base is None:
        return card
    gone = {row.pk for row in leaving}
    whole = fold([base, *map(kept, rows)])
    return _picked(card, whole, fold([base, *(kept(row) for row in rows if row.pk not in gone)]))


def back(card: Said, rows: Sequence[JoinedCard], leaving: Sequence[JoinedCard]) -> Said:
    """What a card says that leaves with its own past: as before, and every mark that was set on the whole since."""
    base, before = _base(rows), fold(map(kept, leaving))
    whole = fold([base, *map(kept, rows)]) if base else Said()
    since = {name: getattr(card, name) for name in MARKS if getattr(card, name) != getattr(whole, name)}
    return fold([before, Said(**since)])


def keep(row: JoinedCard, what: Said) -> None:
    """Keep on a row what the card said that it stands for."""
    for column in _OF_A_CARD:
        setattr(row, column, getattr(what, column))
    row.brought = {**row.brought, "word": {name: _written(value) for name, value in _heart(what)}}


def kept(row: JoinedCard) -> Said:
    """What the card said that a row stands for."""
    word = row.brought.get("word") or {}
    since, since_day, how, how_well = (word.get(name) for name in _WORD)
    return Said(
        row.organisation,
        row.position,
        row.known_since,
        row.last_contact,
        (date.fromisoformat(since) if since else None, bool(since_day), how or "", how_well or ""),
        *(datetime.fromisoformat(word[name]) if word.get(name) else None for name in MARKS),
    )


def number(rows: Iterable[JoinedCard], base: Said) -> None:
    """Put the rows of one card in order, each with what that card says by itself."""
    told = {one.name: _written(getattr(base, one.name)) for one in fields(base) if one.name != "word"}
    told["word"] = [_written(value) for value in base.word]
    for nth, row in enumerate(rows):
        row.brought = {**row.brought, "nth": nth, "own": told}
        row.save(update_fields=["brought"])


def _base(rows: Sequence[JoinedCard]) -> Said | None:
    """What the card itself said; None where none of the rows knows, as those of an earlier version do not."""
    told = rows[0].brought.get("own") if rows else None
    if told is None:
        return None
    since, since_day, how, how_well = told["word"]
    days = [date.fromisoformat(told[name]) if told[name] else None for name in ("known_since", "last_contact")]
    marks = [datetime.fromisoformat(told[name]) if told[name] else None for name in MARKS]
    word = (date.fromisoformat(since) if since else None, since_day, how, how_well)
    return Said(told["organisation"], told["position"], days[0], days[1], word, marks[0], marks[1])


def _picked(card: Said, whole: Said, then: Said) -> Said:
    """Of each thing said: what is said `then`, but where the card says something else than the whole, that."""
    names = [one.name for one in fields(card)]
    return Said(
        **{name: getattr(then if getattr(card, name) == getattr(whole, name) else card, name) for name in names}
    )


def _heart(what: Said) -> Iterable[tuple[str, object]]:
    return (*zip(_WORD, what.word, strict=True), *zip(MARKS, _marks(what), strict=True))


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
