"""What all ways in share: an address of ours that stands for something, and a message kept for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from twoyes.introductions import front as introductions
from twoyes.lib import addresses, limits
from twoyes.mail import ours
from twoyes.mail.incoming import acting, headers, inbox
from twoyes.mail.models import Inbound
from twoyes.people import front as people

_MESSAGE_ID = re.compile(rb"^message-id:[ \t]{0,100}(?:\r?\n[ \t]{1,100})?([^\s]{1,998})", re.IGNORECASE | re.MULTILINE)
_NAMED = re.compile(r"<[^<>\s]{1,250}>")
_LOOKED_UP = 20


@dataclass(frozen=True, slots=True)
class Place:
    """An address of ours as somebody wrote it, what it is for, and what it stands for, which is there since `since`.

    The plain address that our letters are from has no `purpose`: what it stands for is said by the message (`about`).
    """

    address: str
    purpose: str
    ref: str
    connector: str
    letter: str = ""
    introduction: str = ""
    since: datetime | None = None


def place_of(address: str) -> Place | None:
    """Return what an address stands for; None where it is not ours, was forged, or names what is gone (C15, C22)."""
    found = ours.recognise(address)
    if found is None:
        return Place(address, "", "", "") if addresses.same(address, ours.sender()) else None
    if found.purpose in {"reply", "return"}:
        letter = introductions.letter_addressed(found.ref)
        if letter is None:
            return None
        return Place(address, found.purpose, found.ref, letter.connector, found.ref, letter.introduction, letter.at)
    if found.purpose == "thread":
        thread = introductions.thread_addressed(found.ref)
        return Place(address, "thread", found.ref, thread.connector, "", found.ref, thread.at) if thread else None
    connector = people.connector_by_handle(found.ref)
    # A request address is as public as the page that names it: it tells nobody who has an account here.
    if connector is None or (found.purpose == "request" and not connector.published):
        return None
    return Place(address, found.purpose, connector.handle, connector.id)


def about(place: Place, head: bytes) -> Place | None:
    """Return the place with the letter that a message to our plain address answers; None where it answers none.

    By its Message-ID, where mail programs lost our Reply-To or nobody looked at it. Whether it is from whoever got that
    letter is for the reading to see (C11).
    """
    if place.purpose:
        return place
    said = dict(headers.headers(head))
    named = _NAMED.findall(f"{said.get('in-reply-to', '')} {said.get('references', '')}")
    own = [one for one in named if one.endswith(f"@{settings.TWOYES_DOMAIN}>")]
    for letter in introductions.written_as(own[:_LOOKED_UP]):
        return replace(place, ref=letter.letter, letter=letter.letter, since=letter.at)
    return None


def is_full(place: Place, now: datetime) -> bool:
    """Say whether as many messages as one address gets in a day came to this one already."""
    if not place.ref:
        return False
    lately = Inbound.objects.filter(purpose=place.purpose, ref=place.ref, received_at__gt=now - timedelta(days=1))
    return lately.count() >= limits.INBOUND_A_DAY


def arrive(place: Place, sender: str, raw: bytes, *, way: str, now: datetime) -> str | None:
    """Keep what came for `place` from the envelope's `sender`, "" for nobody; its id, or None where it is here already.

    On top stand Return-Path and Delivered-To, as in any mailbox. Of more than `INBOUND_KEPT` bytes the rest is left
    out, but for one byte, by which whoever reads it knows that there was more (C26).
    """
    top = b"Return-Path: <%s>\r\nDelivered-To: %s\r\n" % (_plain(sender), _plain(place.address))
    head = raw[: limits.INBOUND_HEAD]
    found = _MESSAGE_ID.search(head[: _end_of_head(head)])
    message_id = found.group(1).decode("ascii", "replace") if found else ""
    return inbox.keep(_arrived(place, sender, top + raw[: limits.INBOUND_KEPT + 1 - len(top)], message_id, way), now)


def turn_away(place: Place, sender: str, size: int, *, way: str, now: datetime) -> None:
    """Note that `sender` brought a message of so many bytes, too large to be taken; nothing of it is kept (C26)."""
    # In place of what tells a message from others: the same one, brought again, is noted once.
    message_id = f"too large: {size} {sender}"
    with transaction.atomic():
        kept = inbox.keep(_arrived(place, sender, b"", message_id, way), now)
        if kept is not None:
            acting.turned_away(Inbound.objects.get(pk=kept), sender, now)


def _arrived(place: Place, sender: str, raw: bytes, message_id: str, way: str) -> inbox.Arrived:
    return inbox.Arrived(
        raw=raw,
        sender=sender,
        message_id=message_id,
        letter=place.letter,
        introduction=place.introduction,
        way=way,
        purpose=place.purpose,
        ref=place.ref,
        connector=place.connector,
    )


def _end_of_head(head: bytes) -> int:
    ends = [at for at in (head.find(b"\r\n\r\n"), head.find(b"\n\n")) if at >= 0]
    return min(ends, default=len(head))


def _plain(address: str) -> bytes:
    """Write an address as one line of a head, whatever somebody put into it (D2)."""
    return b"".join(address.encode("utf-8", "surrogateescape").split())[:998]
