"""Files at the wrong door: contacts among the histories, and mail among the contacts. Each is told where it belongs."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO
from zipfile import BadZipFile

from django.utils.translation import gettext as _

from twoyes.lib.errors import Refused
from twoyes.network.sources import kind_of
from twoyes.network.sources.base import HEAD, Opened
from twoyes.network.sources.places import Kept, TooMuchError, inside
from twoyes.people import front as people

# What is said of a file that cannot be read as contacts, for whatever reason that mail may give.
_NO_CONTACTS = {"not_contacts", "archive", "binary", "too_big"}
BROKEN = (TooMuchError, EOFError, OSError, zlib.error, BadZipFile, NotImplementedError)


def holds_contacts(file: Opened) -> bool:
    """Say whether an archive that is no mail is a file of contacts."""
    with suppress(*BROKEN), file.open(0) as raw:
        return people.is_contacts(raw.read(HEAD))
    return False


def not_mail(file: Opened | None = None) -> str:
    """What is said of a file that no kind of history recognises."""
    if file is not None and holds_contacts(file):
        return _(
            "These are contacts, not mail. Import them with “twoyes import contacts”, or on the desk under “People”, "
            "“Import people from a file”."
        )
    return _("It is neither mail nor a calendar: no mbox, no LISTSERV log, no saved message, no .ics file.")


def packed_contacts() -> str:
    """What is said of a packed file in which there are contacts, and no mail."""
    return _(
        "There are contacts in it, and no mail. Unpack it, and import them with “twoyes import contacts”, or on the "
        "desk under “People”, “Import people from a file”."
    )


def told_apart(refused: Refused, opened: Callable[[], BinaryIO], *, name: str, size: int) -> Refused:
    """What to say instead of a file that was refused as contacts: where it belongs, if it is mail or a calendar."""
    if refused.code not in _NO_CONTACTS:
        return refused
    with suppress(*BROKEN):
        if any(isinstance(one, Opened) and kind_of(one) is not None for one in inside(Kept(name, opened, size))):
            sentence = _(
                "“%s” is mail or a calendar, not a list of contacts. Import it with “twoyes import history”, or on the "
                "desk under “People”, “Mail and calendars”."
            )
            return Refused(refused.code, sentence % name)
    return refused
