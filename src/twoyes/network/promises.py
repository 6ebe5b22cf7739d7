"""Introductions that the connector promised: who to whom, since when, until it is made or dropped.

They are noted by hand, since no word of a letter is ever read. Their words are sealed, and the two are ids alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from twoyes.lib import sealing, text
from twoyes.lib.errors import Refused
from twoyes.network.models import GivenTie, Promise
from twoyes.people import front as people

# Whoever has more owes no list, but an apology.
MOST = 200
WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise that is open: the ids and names of both as they are today, the connector's words, and its age."""

    id: str
    one: str
    one_name: str
    other: str
    other_name: str
    words: str
    since: date
    days: int


def promise(owner_id: str, one: str, other: str, *, words: str = "", since: date, now: datetime) -> str:
    """Note that `one` was promised an introduction to `other`, both cards of this book; return its id.

    Raises Refused: no_such_card, same_person, future, bad_text, promised (it is noted already), too_many.
    """
    if one == other:
        raise Refused("same_person", _("These are one and the same person."))
    if len(people.in_book(owner_id, [one, other])) < 2:
        raise Refused("no_such_card", _("There is no such card in this address book."))
    if since > now.date():
        raise Refused("future", _("This day is still to come."))
    row = Promise(owner_id=owner_id, one=one, other=other, promised_at=since)
    sealing.put(row, "words", text.many_lines(words, limit=WORDS, field=_("What it is about")))
    if _open(owner_id).count() >= MOST:
        raise Refused("too_many", _("There are %d open promises already. Keep or drop some first.") % MOST)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("promised", _("You noted this promise already.")) from error
    return row.pk


def promises(owner_id: str, now: datetime) -> list[Promised]:
    """Return the open promises, the oldest first; those to whoever is not in the book any more are left out."""
    rows = list(_open(owner_id).order_by("promised_at", "pk"))
    ids = {one for row in rows for one in (row.one, row.other)}
    known = people.in_book(owner_id, ids)
    # Where a card was joined to another, the promise is to that person.
    now_on = {one: people.joined_to(owner_id, one) or one for one in ids - known.keys()}
    known |= people.in_book(owner_id, now_on.values())
    found = []
    for row in rows:
        one, other = known.get(now_on.get(row.one, row.one)), known.get(now_on.get(row.other, row.other))
        if one is not None and other is not None and one.id != other.id:
            days, words = (now.date() - row.promised_at).days, sealing.get(row, "words")
            found.append(Promised(row.pk, one.id, one.name, other.id, other.name, words, row.promised_at, max(days, 0)))
    return found


def is_promise(owner_id: str, promise_id: str) -> bool:
    """Say whether this owner noted such a promise, open or ended; somebody else's does not exist (E8)."""
    return Promise.objects.filter(owner_id=owner_id, pk=promise_id).exists()


def keep_promise(owner_id: str, promise_id: str, *, now: datetime) -> None:
    """Note that a promise was kept; again, or of one that is none, changes nothing."""
    _open(owner_id).filter(pk=promise_id).update(ended_at=now)


def drop_promise(owner_id: str, promise_id: str, *, now: datetime) -> None:
    """Let go of a promise and delete its words; again, or of one that is none, changes nothing."""
    _open(owner_id).filter(pk=promise_id).update(ended_at=now, words=b"")


def forget_cards(card_ids: Collection[str]) -> None:
    """Forget what was promised to, or handed in of, whoever is on these cards. Part of the caller's transaction."""
    for model in (Promise, GivenTie):
        model.objects.filter(Q(one__in=card_ids) | Q(other__in=card_ids)).delete()


def _open(owner_id: str) -> QuerySet[Promise]:
    return Promise.objects.filter(owner_id=owner_id, ended_at=None)
