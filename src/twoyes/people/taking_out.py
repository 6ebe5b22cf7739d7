"""A whole book for its owner to take elsewhere: every card with all that stands on it, opened (S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from django.db.models import Q, QuerySet

from twoyes.lib import sealing
from twoyes.people import knowing, points, wishes
from twoyes.people.knowing import Word
from twoyes.people.models import CardSource, ContactPoint, Knowing, Person, Preference, Subject, Wish
from twoyes.people.records import Card, CardSecrets

Kind = ContactPoint.Kind
# Each read is short, so that nobody waits for a large book (F10).
_AT_ONCE = 500
# Of a line of a vCard in octets, its end apart (RFC 2426, 2.6).
_WIDTH = 75


@dataclass(frozen=True, slots=True)
class WholeCard:
    """A card, what reaches the person, what its owner wrote of them, its marks, and which sources know it."""

    card: Card
    secrets: CardSecrets
    word: Word
    marks: tuple[str, ...]
    sources: tuple[str, ...]


def whole_book(owner_id: str) -> Iterator[WholeCard]:
    """Yield every card of a book that is not erased, by its id. For nobody's eyes but the owner's."""
    last = ""
    while rows := list(_cards(owner_id).filter(pk__gt=last)[:_AT_ONCE]):
        yield from _whole(rows)
        last = rows[-1].pk


def whole_card(owner_id: str, card_id: str) -> WholeCard | None:
    """Return one card of a book with all that stands on it, None where there is none (E8)."""
    return next(_whole(list(_cards(owner_id).filter(pk=card_id))), None)


def keys_that_wish(community_id: str) -> set[str]:
    """Return the keys of everybody here who said how they wish to be asked: for many cards at once, hashes alone."""
    limited = Subject.objects.filter(community_id=community_id).filter(Q(every_months__gt=0) | Q(not_listed=True))
    standing = Wish.objects.filter(community_id=community_id, kind=Wish.Kind.STANDING_YES)
    preferring = Preference.objects.filter(community_id=community_id)
    found = {*limited.values_list("key", flat=True)}
    found.update(standing.values_list("subject_key", flat=True), preferring.values_list("subject_key", flat=True))
    return wishes.linked(sorted(found))


def vcard(whole: WholeCard) -> Iterator[str]:
    """Yield a card as the lines of a vCard 3.0, folded, each with its end (RFC 2426)."""
    card, secrets = whole.card, whole.secrets
    given, _space, family = card.name.rpartition(" ")
    said = [
        ("FN", _value(card.name)),
        ("N", f"{_value(family)};{_value(given)};;;"),
        ("ORG", _value(card.organisation)),
        ("TITLE", _value(card.position)),
        *(
            ("EMAIL;TYPE=INTERNET,PREF" if not n else "EMAIL;TYPE=INTERNET", one)
            for n, one in enumerate(secrets.addresses)
        ),
        *(("TEL", _value(one)) for one in secrets.phones),
        *(("URL", one) for one in secrets.profiles),
        ("NOTE", _value(secrets.notes)),
        ("UID", card.id),
    ]
    lines = ("BEGIN:VCARD", "VERSION:3.0", *(f"{name}:{value}" for name, value in said if value), "END:VCARD")
    return chain.from_iterable(map(_folded, lines))


def _cards(owner_id: str) -> QuerySet[Person]:
    return Person.objects.filter(owner_id=owner_id, erased_at=None).order_by("pk")


def _whole(rows: Sequence[Person]) -> Iterator[WholeCard]:
    ids = [row.pk for row in rows]
    reached = defaultdict[tuple[str, str], list[str]](list)
    for point in ContactPoint.objects.filter(person_id__in=ids).order_by("rank", "pk"):
        reached[point.person_id, point.kind].append(sealing.get(point, "value"))
    by_heart = {row.person_id: row for row in Knowing.objects.filter(person_id__in=ids)}
    sources = defaultdict[str, list[str]](list)
    for card, kind in CardSource.objects.filter(person_id__in=ids).order_by("kind").values_list("person_id", "kind"):
        sources[card].append(kind)
    for row in rows:
        addresses, phones, profiles = (tuple(reached[row.pk, kind]) for kind in (Kind.EMAIL, Kind.PHONE, Kind.PROFILE))
        known = by_heart.get(row.pk)
        yield WholeCard(
            card=points.view(row, has_address=bool(addresses)),
            secrets=CardSecrets(addresses, phones, profiles, sealing.get(row, "notes") if row.notes else ""),
            word=Word(known.since, known.since_day, known.how, known.how_well) if known else Word(),
            marks=tuple(name for name in knowing.MARKS if known and getattr(known, f"{name}_at")),
            sources=tuple(dict.fromkeys(sources[row.pk])),
        )


def _value(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Cut between characters, never within one: many a program reads a line before it joins them."""
    width, part = 0, ""
    for letter in line:
        size = len(letter.encode())
        if width + size > _WIDTH:
            yield f"{part}\r\n"
            width, part = 1, " "
        part, width = part + letter, width + size
    yield f"{part}\r\n"
