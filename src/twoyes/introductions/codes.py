"""Login codes: letters to a connector or delegate, at once, outside any introduction."""

from __future__ import annotations

from django.db import transaction

from twoyes.introductions import mailing
from twoyes.introductions.models import Letter
from twoyes.lib import clock, sealing
from twoyes.lib.models import Installation
from twoyes.people import front as people


def login_code(alias: str, code: str) -> None:
    """Queue a `login_code` letter for the account with this alias.

    For one that nobody has the same is done, and the letter finds no recipient when it is due: whoever knocks
    can tell neither from the answer nor from its time whether there is such an account (E7).
    """
    found, somebody = people.account_behind(alias), people.any_connector()
    connector_id, address = found or (somebody, "")
    if connector_id is None:
        return
    now = clock.now()
    letter = Letter(
        connector_id=connector_id,
        kind="login_code",
        side="connector",
        due_at=now,
        at=now,
        generation=Installation.the().generation,
        message_id=mailing.new_message_id(),
    )
    sealing.put_json(letter, "extra", {"to": address, "code": code})
    with transaction.atomic():
        letter.save(force_insert=True)
