"""Mail to a connector's two addresses: the guard against introductions that nobody asked about, and asking by mail.

Only here may a message be answered by itself: never one of a program, a list or a null sender, and once a day (C21).
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from twoyes.introductions import front as introductions
from twoyes.introductions.front import Actor, Role
from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.mail.incoming import headers
from twoyes.mail.incoming.forwarded import forwarded
from twoyes.mail.incoming.noted import Mail
from twoyes.mail.incoming.plain import line, plain
from twoyes.mail.models import Inbound
from twoyes.network import front as network
from twoyes.people import front as people

_ASK_LENGTH = 2000


def guard(mail: Mail) -> str:
    """Answer a connector who forwards an introduction that nobody asked them about (S3); nobody else."""
    connector = people.connector_by_id(mail.matched.connector)
    if connector is None or not _may_be_answered(mail) or not _is_their_own(mail, connector):
        return "noted"
    found = forwarded(mail.understood.whole, own=_own_keys(connector))
    mail.more |= {"by": found.by, "others": ", ".join(found.others)}
    return "guard" if introductions.answer_guard(connector.id, mail.row.pk, now=mail.now) else "again"


def request(mail: Mail) -> str:
    """Put a request that came by mail on the desk as a draft, whose address a letter asks to be proved (C23).

    Only from an address that our own mail server vouches for, once a day, and not in a pause; everything else stands
    apart, unanswered.
    """
    connector = people.connector_by_id(mail.matched.connector)
    if connector is None or not _may_be_answered(mail):
        return "noted"
    if not headers.is_proved(mail.raw, mail.understood.sender, settings.TWOYES_AUTHSERV):
        return "unproved"
    if _asked_today(mail):
        return "again"
    actor = Actor(Role.REQUESTER, addresses.key(mail.understood.sender), "mail")
    try:
        made = introductions.draft(
            connector.id, _fields(mail, connector), actor=actor, now=mail.now, idempotency_key=mail.row.pk
        )
    except Refused as refused:
        return "paused" if refused.code == "paused" else "refused"
    if made.repeat:
        return "again"
    mail.more["introduction"] = made.id
    return "draft"


def is_of_connector(address: str, connector_id: str) -> bool:
    """Say whether an address is one that this connector named as theirs."""
    connector = people.connector_by_id(connector_id)
    return connector is not None and addresses.key(address) in _own_keys(connector)


def _may_be_answered(mail: Mail) -> bool:
    """Say whether a human wrote it, to us alone, from one plain address."""
    said = mail.understood
    if said.kind != "reply" or addresses.well_formed(said.sender) is None:
        return False
    return headers.may_be_answered(mail.raw)


def _own_keys(connector: people.ConnectorView) -> set[str]:
    return {connector.address_key, *(addresses.key(one) for one in network.own_addresses(connector.id))}


def _is_their_own(mail: Mail, connector: people.ConnectorView) -> bool:
    sender = mail.understood.sender
    return addresses.key(sender) in _own_keys(connector) and headers.is_vouched(mail.raw, sender)


def _asked_today(mail: Mail) -> bool:
    key, since = addresses.key(mail.understood.sender), mail.now - timedelta(days=1)
    lately = Inbound.objects.filter(purpose="request", sender_key=key, received_at__gt=since)
    return lately.exclude(pk=mail.row.pk).exclude(introduction="").exists()


def _fields(mail: Mail, connector: people.ConnectorView) -> dict[str, str]:
    """Return the request as a form would have it: what is missing is asked for when the address is proved."""
    said = mail.understood
    words = plain(said.new_text, limit=_ASK_LENGTH)
    return {
        "name": line(headers.name_of_sender(mail.raw)) or said.sender.partition("@")[0],
        "email": said.sender,
        "target": line(said.subject) or line(words.partition("\n")[0]) or "…",
        "ask": words,
        "language": connector.language,
    }
