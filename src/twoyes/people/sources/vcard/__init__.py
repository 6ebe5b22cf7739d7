"""vCard 2.1, 3.0 and 4.0, as phones, Apple, Google and Outlook write them (QUIRKS 17, D15).

Cards are split by ourselves (`lines`, `cards`), so that a broken one costs no other and a picture costs no memory; what
is kept of each goes through vobject, and becomes one entry (`entry_of`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.people.sources.base import MEGABYTE, File, Record, Records, Rejection
from twoyes.people.sources.vcard.cards import Card, split
from twoyes.people.sources.vcard.reading import entry_of

MOST_CARDS = 50_000
# Pictures are skipped as they are read, so a file may be large.
MOST_BYTES = 500 * MEGABYTE
_BEGIN = re.compile(r"(?:^|[\r\n])\s*BEGIN\s*:\s*VCARD\s*(?:[\r\n]|$)", re.IGNORECASE)


def recognises(head: str) -> bool:
    """Whether a card begins near the top, before anything else but blank lines."""
    begin = _BEGIN.search(head)
    return begin is not None and not head[: begin.start()].strip("\ufeff \t\r\n")


def prepare(file: File) -> Records:
    """All cards of the file, also those inside others; nothing has to be looked over before."""
    return partial(_records, file)


def _records(file: File) -> Iterator[Record]:
    for count, found in enumerate(split(file.lines(), file.encoding), start=1):
        if count > MOST_CARDS:
            raise Refused("too_many_rows", _("The file has more than %d cards. Split it.") % MOST_CARDS)
        yield found if isinstance(found, Rejection) else _read(found)


def _read(card: Card) -> Record:
    try:
        return entry_of(card)
    except Refused as no:
        return Rejection(card.line, no.sentence)
