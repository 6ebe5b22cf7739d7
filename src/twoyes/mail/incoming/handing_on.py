"""The words of what came, put into the letter that hands them on as it leaves: they are stored in one place alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from twoyes.introductions.front import LetterFacts
from twoyes.lib.errors import Refused
from twoyes.mail.incoming import noted

HANDED_ON = ("reply_copy", "guard_answer")


def with_what_came(facts: LetterFacts, now: datetime) -> LetterFacts:
    """Return the facts with the words of the message that they name; any other letter's as they are.

    Raises Refused `nothing_to_say` where the message is gone: its writer was erased, or its time is over (E18).
    """
    if facts.kind not in HANDED_ON:
        return facts
    said = noted.said_of(facts.came, now)
    if not said:
        raise Refused("nothing_to_say", _("What came is not kept any more, so there is nothing to hand on."))
    return replace(facts, said={name: str(value) for name, value in said.items() if value})
