"""How near somebody is, as far as the sources show it. Today that is the address book alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.network.records import Evidence
from twoyes.people import front as people

ADDRESS_BOOK, MY_WORD = "address_book", "my_word"


def evidence(owner_id: str, address_keys: Iterable[str], *, names: Iterable[str] = ()) -> Evidence:
    """What this connector's address book shows of the person behind these address keys (K1).

    `names` are looked at only where no address is met. A card shows since when, never how well: by itself it
    is no more than a weak tie, and `last` stays None until mail or calendars are read. What the connector wrote by
    heart stands first, as their word (K1). Not seen does not mean not known. Only this owner's book is looked at,
    whatever stands in others' (S1, E8).
    """
    cards = _by_address(owner_id, address_keys)
    if cards:
        since, word = _since(cards), _word(owner_id, cards)
        sources = (ADDRESS_BOOK, MY_WORD) if word else (ADDRESS_BOOK,)
        sentence = _with_limits(" ".join(part for part in (word, _known(since)) if part))
        return Evidence(True, sources, since, None, sentence, word=word)
    cards = [card for name in names for card in _by_name(owner_id, name)]
    if cards:
        sentence = _with_limits(_("This name is in your address book, but not with this address: it may be another."))
        return Evidence(False, (ADDRESS_BOOK,), _since(cards), None, sentence, by_name=True)
    return Evidence(False, (), None, None, _with_limits(_("Not seen in your address book.")))


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
        when = date_format(word.since, "j F Y") if word.since_day else str(word.since.year)
        how = _("%(how)s since %(when)s") % {"how": how or _("known"), "when": when}
    well = {
        "well": _("you know them well"),
        "somewhat": _("you know them somewhat"),
        "by_name": _("you know them by name"),
    }.get(word.how_well, "")
    return _("You wrote: %s.") % ", ".join(part for part in (how, well) if part)


def _word(owner_id: str, cards: Iterable[people.Card]) -> str:
    words = (people.my_word(owner_id, card.id) for card in cards)
    return word_sentence(next((word for word in words if word), people.Word()))


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
    return _("In your address book, known since %s.") % date_format(since, "j F Y")


def _with_limits(sentence: str) -> str:
    unread = _("Mail and calendar are not connected yet, so nothing is seen there.")
    return f"{sentence} {unread}"
