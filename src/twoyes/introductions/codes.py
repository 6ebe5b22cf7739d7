"""Letters about logging in, to a connector or delegate, at once, outside any introduction."""

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
    _queue(connector_id, "login_code", address, code)


def login_changed(alias: str, change: str) -> None:
    """Queue a `login_changed` letter for the account with this alias; `change` is a word that the letter knows."""
    found = people.account_behind(alias)
    if found is not None:
        _queue(found[0], "login_changed", found[1], change)


def _queue(connector_id: str, kind: str, address: str, code: str) -> None:
    now = clock.now()
    letter = Letter(
        connector_id=connector_id,
        kind=kind,
        side="connector",
        due_at=now,
        at=now,
        generation=Installation.the().generation,
        message_id=mailing.new_message_id(),
    )
    sealing.put_json(letter, "extra", {"to": address, "code": code})
    with transaction.atomic():
        letter.save(force_insert=True)
