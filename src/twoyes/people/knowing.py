"""What a connector knows by heart of somebody: "my word" in three taps (K1), and two marks on the card.

`do_not_ask`: this person cannot be asked through this connector, until the mark is taken off. `not_listed`: the card
stands in no list and no suggestion; only its owner finds it, by the whole name or an address (B4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.lib.prepared import prepared
from twoyes.people.models import Knowing, Person

HOW = tuple(Knowing.How.values)
HOW_WELL = tuple(Knowing.HowWell.values)
MARKS = ("do_not_ask", "not_listed")
# Nobody who keeps an address book knew anybody before.
EARLIEST = 1900


@dataclass(frozen=True, slots=True)
class Word:
    """The connector's own word: since when (a year, unless `since_day`), how, and how well; each may be left out."""

    since: date | None = None
    since_day: bool = False
    how: str = ""
    how_well: str = ""

    def __bool__(self) -> bool:
        return bool(self.since or self.how or self.how_well)


def my_word(owner_id: str, card_id: str) -> Word:
    """What the owner wrote of the person on a card; an empty word where nothing, or for a foreign id (E8)."""
    row = Knowing.objects.filter(person_id=card_id, person__owner_id=owner_id).first()
    return Word(row.since, row.since_day, row.how, row.how_well) if row else Word()


def say_word(owner_id: str, card_id: str, *, since: str, how: str, how_well: str, now: datetime) -> Word:
    """Keep the owner's word; all three empty takes it back.

    `since` is a year, or a day as in 2017-05-03. Raises Refused: no_such_card, since, how, how_well.
    """
    day, exact = _since(since.strip(), now.date())
    if how not in ("", *HOW):
        raise Refused("how", _("Please choose one of the options."))
    if how_well not in ("", *HOW_WELL):
        raise Refused("how_well", _("Please choose one of the options."))
    with transaction.atomic():
        row = _row(owner_id, card_id)
        row.since, row.since_day, row.how, row.how_well, row.said_at = day, exact, how, how_well, now
        row.save()
    return Word(day, exact, how, how_well)


def marks(owner_id: str, card_id: str) -> frozenset[str]:
    """The marks on a card of this book: of `do_not_ask` and `not_listed` those that are set."""
    row = Knowing.objects.filter(person_id=card_id, person__owner_id=owner_id).first()
    return frozenset(name for name in MARKS if row is not None and getattr(row, f"{name}_at"))


def set_mark(owner_id: str, card_id: str, mark: str, *, on: bool, now: datetime) -> None:
    """Set a mark or take it off; doing it again changes nothing. Raises Refused: no_such_card, no_such_mark."""
    if mark not in MARKS:
        raise Refused("no_such_mark", _("There is no such mark."))
    with transaction.atomic():
        row = _row(owner_id, card_id)
        if bool(getattr(row, f"{mark}_at")) != on:
            setattr(row, f"{mark}_at", now if on else None)
            row.save()


def may_not_be_asked(card_id: str) -> bool:
    """Say whether the owner marked this card as not to be asked."""
    return bool(_not_asked(card_id))


def listed(rows: QuerySet[Person]) -> QuerySet[Person]:
    """Of these cards those that may stand in a list."""
    hidden = Knowing.objects.filter(not_listed_at__isnull=False).values("person_id")
    return rows.exclude(pk__in=hidden)


def _since(text: str, today: date) -> tuple[date | None, bool]:
    if not text:
        return None, False
    year = re.fullmatch(r"[0-9]{4}", text)
    try:
        day = date(int(text), 1, 1) if year else date.fromisoformat(text)
    except ValueError as error:
        raise Refused("since", _("Write a year, or a date as in 2026-05-31.")) from error
    if day.year < EARLIEST or day > today:
        raise Refused("since", _("It cannot be after today, nor before %d.") % EARLIEST)
    return day, not year


def _row(owner_id: str, card_id: str) -> Knowing:
    if not Person.objects.filter(pk=card_id, owner_id=owner_id, erased_at=None).exists():
        raise Refused("no_such_card", _("There is no such card in this address book."))
    return Knowing.objects.filter(person_id=card_id).first() or Knowing(person_id=card_id)


@prepared
def _not_asked(card_id: str) -> QuerySet[Knowing, str]:
    marked = Knowing.objects.filter(~Q(do_not_ask_at=None), person_id=card_id)
    return marked.values_list("pk", flat=True)
