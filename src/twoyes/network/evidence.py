"""How near somebody is, as far as the sources show it: the connector's word, their book, their mail and calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from twoyes.lib import spoken
from twoyes.lib.errors import Refused
from twoyes.network.looking import Looked, day_of, look, sources
from twoyes.network.records import Evidence, Relationship, Sight
from twoyes.network.ties import Facts, level, with_word
from twoyes.people import front as people

_NO_WORD = people.Word()
ADDRESS_BOOK, MY_WORD, MAIL, CALENDAR = "address_book", "my_word", "mail", "calendar"


def evidence(owner_id: str, address_keys: Iterable[str], *, names: Iterable[str] = ()) -> Evidence:
    """What this connector's own sources show of the person behind these address keys (K1).

    `names` are looked at only where no address is met. A card shows since when, never how well: by itself it is no
    more than a weak tie. What the connector wrote by heart stands first, as their word. Not seen does not mean
    not known. Only what this owner has imported or written is looked at, whatever others have (S1, E8).
    """
    keys = list(address_keys)
    cards = _by_address(owner_id, keys)
    if cards:
        return _of_cards(owner_id, cards, keys)
    looked = look(owner_id, (), keys)
    if looked.sight is Sight.SEEN:
        return _made(looked, _Book(_("Not in your address book.")))
    cards = [card for name in names for card in _by_name(owner_id, name)]
    if cards:
        told = _("This name is in your address book, but not with this address: it may be another.")
        return _made(looked, _Book(told, _since(cards), by_name=True))
    return _made(looked, _Book(_("Not seen in your address book.")))


def evidence_on(owner_id: str, card_id: str) -> Evidence | None:
    """Return the same of the person on a card of this owner's book; None for any other id (E8)."""
    card = people.card(owner_id, card_id)
    if card is None or card.erased:
        return None
    return _of_cards(owner_id, [card], people.keys_of(card_id))


def read_from(owner_id: str) -> date | None:
    """Return the first day that this owner's mail and calendars show; None where nothing is read."""
    return sources(owner_id).since


def word_sentence(word: people.Word) -> str:
    """Return the connector's word as a sentence; "" where they wrote none (K1)."""
    if not word:
        return ""
    how = {
        "worked": _("worked together"),
        "studied": _("studied together"),
        "family": _("family"),
        "friend": _("friends"),
        "met": _("met in person"),
        "online": _("know each other online"),
    }.get(word.how, "")
    if word.since is not None:
        when = spoken.day(word.since) if word.since_day else str(word.since.year)
        how = _("%(how)s since %(when)s") % {"how": how or _("known"), "when": when}
    well = {
        "well": _("you know them well"),
        "somewhat": _("you know them somewhat"),
        "by_name": _("you know them by name"),
    }.get(word.how_well, "")
    return _("You wrote: %s.") % ", ".join(part for part in (how, well) if part)


def _of_cards(owner_id: str, cards: Sequence[people.Card], keys: Iterable[str]) -> Evidence:
    ids = [card.id for card in cards]
    said = (people.my_word(owner_id, card) for card in ids)
    word = next((one for one in said if one), people.Word())
    if any("not_listed" in people.marks(owner_id, card) for card in ids):
        # Whoever stands in no list is in no graph either (B4), and nothing of them is worked out.
        looked = Looked(Sight.UNREAD, _("They stand in no list, so nothing is worked out from your mail."))
    else:
        # A card that was joined to this one lately is still a node of its own.
        joined = [one.id for card in ids for one in people.joined_cards(owner_id, card)]
        looked = look(owner_id, [*ids, *joined], keys)
    since = _since(cards)
    return _made(looked, _Book(_known(since), since, word, card=True))


@dataclass(frozen=True, slots=True)
class _Book:
    """What stands in the book: a sentence, since when, the connector's word; `card` for an address in common."""

    sentence: str
    since: date | None = None
    word: people.Word = _NO_WORD
    card: bool = False
    by_name: bool = False


def _made(looked: Looked, book: _Book) -> Evidence:
    tie = looked.known.facts if looked.known is not None else Facts()
    first = [day for day in (book.since, day_of(tie.first) if tie.first else None) if day is not None]
    written = word_sentence(book.word)
    strength = with_word(looked.known.strength if looked.known else None, book.word.how_well, card=book.card)
    return Evidence(
        seen=book.card or looked.sight is Sight.SEEN,
        sources=_sources(book, tie, shared=bool(looked.shared.count)),
        first=min(first, default=None),
        last=day_of(tie.last) if tie.last else None,
        sentence=" ".join(part for part in (written, book.sentence, looked.sentence) if part),
        by_name=book.by_name,
        word=written,
        book=book.sentence,
        mail=looked.sentence,
        level=str(level(strength)),
        writes_first=_first(tie),
        facts=_facts(looked, tie, book),
        rhythm=looked.rhythm,
        contact=(day_of(tie.first), day_of(tie.last)) if tie.first and tie.last else None,
        shared=looked.shared,
        introduced=looked.introduced,
        unheard=looked.unheard,
    )


def _sources(book: _Book, tie: Facts, *, shared: bool) -> tuple[str, ...]:
    there = {
        ADDRESS_BOOK: book.card or book.by_name,
        MY_WORD: book.word,
        MAIL: tie.out or tie.back or shared,
        CALENDAR: tie.meetings,
    }
    return tuple(name for name, known in there.items() if known)


def _facts(looked: Looked, tie: Facts, book: _Book) -> Relationship:
    # A name alone may be another person's, and so may what stands on that card.
    days = [None if book.by_name else book.since, book.word.since, day_of(tie.first) if tie.first else None]
    return Relationship(
        sight=looked.sight,
        until=looked.until,
        known_since=min((day for day in days if day is not None), default=None),
        last_contact=day_of(tie.last) if tie.last else None,
        weeks=max(tie.weeks_out, tie.weeks_back, tie.weeks_met),
        weeks_wrote=tie.weeks_out,
        meetings=tie.meetings,
        threads=looked.shared.count,
        how_well=book.word.how_well,
    )


def _first(tie: Facts) -> str:
    """Say who writes first, where both write at all."""
    if not (tie.out and tie.back and (tie.opened_out or tie.opened_back)):
        return ""
    if tie.opened_out == tie.opened_back:
        return "both"
    return "you" if tie.opened_out > tie.opened_back else "they"


def _by_address(owner_id: str, address_keys: Iterable[str]) -> list[people.Card]:
    found = (people.card(owner_id, card_id) for card_id in people.cards_with(address_keys, owner_id=owner_id))
    return [card for card in found if card is not None]


def _by_name(owner_id: str, name: str) -> list[people.Card]:
    # `who` also takes an id, a handle or an address, none of which a name from a form may stand for.
    if "@" in name or len(name.split()) < 2:
        return []
    try:
        return [people.who(owner_id, name)]
    except people.Ambiguous as several:
        return list(several.candidates)
    except Refused:
        return []


def _since(cards: Iterable[people.Card]) -> date | None:
    return min((card.known_since for card in cards if card.known_since), default=None)


def _known(since: date | None) -> str:
    if since is None:
        return _("In your address book, without a date.")
    return _("In your address book, known since %s.") % spoken.day(since)
