"""Whom somebody's own words may mean, of those in a book: for the connector's eyes alone (S1)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twoyes.people.cards import find
from twoyes.people.records import Card

_MOST = 8
_WORDS = 6
_TYPED = 200
# They tell nobody from anybody, and as beginnings of names they would find people who are not meant.
_SMALL = frozenset(
    "a an and at by for from in is of on or s that the their to who with"
    " am an bei beim das dem den der die ein eine einer für im mit oder und vom von zu zum zur"
    " à au aux avec ce chez dans de des du elle en et il l la le les ou pour qui un une"
    " con del e el la las los o para por que su una y".split()
)


def meant(owner_id: str, words: str) -> Sequence[Card]:
    """Return the cards that somebody's words may mean: "Ben of Tidal" is a Ben, of Tidal where there is one.

    A word that leaves nobody is passed over. Nobody who is not to be listed is among them: the connector can still
    write their whole name (B4).
    """
    parts = [part for part in re.split(r"[\s,;()]+", words.strip()[:_TYPED].replace("\0", "")) if part]
    telling = [part for part in parts if part.lower() not in _SMALL] or parts
    kept: list[str] = []
    found: Sequence[Card] = []
    for part in telling[:_WORDS]:
        narrower = find(owner_id, " ".join([*kept, part]), limit=_MOST, hints=True)
        if narrower:
            kept, found = [*kept, part], narrower
    return [*found, *_namesakes(owner_id, found[0])] if len(found) == 1 else found


def _namesakes(owner_id: str, card: Card) -> list[Card]:
    """Return the other cards of this name: an organisation in somebody's words does not tell whom of two they mean."""
    alike = find(owner_id, card.name, limit=_MOST, hints=True)
    return [one for one in alike if one.id != card.id and one.name.casefold() == card.name.casefold()]


def only_one(owner_id: str, words: str) -> Card | None:
    """Return the one card that these words may mean; None where they may mean several, or none."""
    found = meant(owner_id, words) if words.strip() else ()
    return found[0] if len(found) == 1 else None
