"""The people room's part of an erasure: nothing of the person stays readable, in any book.

What remains is keyed hashes, so that nobody who was erased can be asked again (E18, E19).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import ForeignObjectRel, Model
from django.utils.translation import gettext as _

from twoyes.lib import locking, sealing
from twoyes.lib.errors import Refused
from twoyes.people import accounts, points, preferences, same
from twoyes.people.models import (
    CardSource,
    Connector,
    ContactPoint,
    Delegate,
    ImportJob,
    JoinedCard,
    Knowing,
    Person,
    Subject,
)
from twoyes.people.records import Forgotten
from twoyes.people.wishes import lock_subjects

# As many ids as fit in one statement on every store.
BATCH = 500
# What belongs to a card and goes with it, kept shell or not.
OF_A_CARD: tuple[type[Model], ...] = (ContactPoint, CardSource, JoinedCard, Knowing)


def forget_person(person_id: str, at: datetime) -> Forgotten:
    """Erase the person on this card: the card, and every card in any book with one of its addresses.

    Part of the caller's transaction. Raises Refused("no_such_card").
    """
    row = Person.objects.select_related("owner").filter(pk=person_id).first()
    if row is None:
        raise Refused("no_such_card", _("There is no such card."))
    return _forget(row.owner.community_id, points.keys_of(person_id), {person_id}, at=at)


def forget_keys(community_id: str, keys: Iterable[str], at: datetime) -> Forgotten:
    """Erase whoever these address keys belong to, in every book, and bar them from being asked (E18).

    Only the given keys are barred: what else a book says about them is that connector's word. An account of
    a connector or delegate with such an address is left alone. Part of the caller's transaction.
    """
    return _forget(community_id, tuple(keys), set(), at=at)


def remove_connector(connector_id: str, at: datetime) -> Forgotten:
    """Delete a connector's book, delegates, login and personal data; keep an empty shell (A29).

    The people in the book are not erased elsewhere. Raises Refused("no_such_connector").
    """
    with transaction.atomic():
        row = Connector.objects.filter(pk=connector_id, removed_at=None).first()
        if row is None:
            raise Refused("no_such_connector", _("There is no such connector."))
        for delegate in Delegate.objects.filter(connector=row, removed_at=None):
            accounts.empty_delegate(delegate, at)
        ImportJob.objects.filter(owner=row).delete()
        same.forget_same(connector_id)
        preferences.forget_said_to(connector_id)
        cards = Person.objects.filter(owner=row, erased_at=None).values_list("pk", flat=True)
        forgotten = _wipe(set(cards), at)
        accounts.empty_connector(row, at)
    return forgotten


def delete_card(owner_id: str, card_id: str, at: datetime) -> None:
    """Take a card out of its owner's book, and do nothing else: nobody is barred, and no other book is touched.

    A card that an introduction leads to stays, since it is what keeps somebody without an address from being asked
    twice. Part of the caller's transaction. Raises Refused: no_such_card, has_introductions.
    """
    rows = locking.locked(Person.objects.filter(pk=card_id, owner_id=owner_id, erased_at=None))
    if not rows:
        raise Refused("no_such_card", _("There is no such card."))
    if _referred_to({card_id}):
        sentence = _("There is an introduction with %(name)s, so the card stays.") % {"name": rows[0].name}
        raise Refused("has_introductions", sentence)
    _wipe({card_id}, at)


def _forget(community_id: str, keys: tuple[str, ...], also: set[str], *, at: datetime) -> Forgotten:
    with transaction.atomic():
        # Subjects first: an ask on its way waits for this, or this for it.
        locked = lock_subjects(community_id, keys)
        Subject.objects.filter(pk__in=[row.pk for row in locked], erased_at=None).update(erased_at=at)
        same.forget_same(found=keys)
        cards = also | set(points.cards_with(keys))
        named = {*keys, *(sealing.index("card", card) for card in cards)}
        preferences.forget_limits(named)
        # Their words lie under each of their keys, and none of them may stay.
        preferences.forget_topics(named.union(*(points.keys_of(card) for card in cards)))
        return _wipe(cards, at)


def _wipe(ids: set[str], at: datetime) -> Forgotten:
    """Delete the cards that nothing refers to; of the others leave a shell without a word in it."""
    kept = _referred_to(ids)
    gone = sorted(ids - kept)
    for batch in _batches(sorted(ids)):
        for model in OF_A_CARD:
            model._default_manager.filter(person_id__in=batch).delete()
    for batch in _batches(gone):
        Person.objects.filter(pk__in=batch).delete()
    for batch in _batches(sorted(kept)):
        Person.objects.filter(pk__in=batch).update(
            name="",
            organisation="",
            position="",
            known_since=None,
            notes=b"",
            last_contact=None,
            search="",
            name_key="",
            erased_at=at,
        )
    return Forgotten(deleted=tuple(gone), emptied=tuple(sorted(kept)))


def _referred_to(ids: set[str]) -> set[str]:
    """The cards that rows of any other room point at; which rooms there are is not known here."""
    found: set[str] = set()
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in OF_A_CARD:
            continue
        column = relation.field.name
        rows = relation.related_model._base_manager
        for batch in _batches(sorted(ids)):
            found |= set(rows.filter(**{f"{column}__in": batch}).values_list(f"{column}_id", flat=True))
    return found


def _batches(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
