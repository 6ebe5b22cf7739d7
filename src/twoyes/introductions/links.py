"""Pages that letters lead to: a token opens one page of one introduction for one side, and nothing else (E9)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from twoyes.introductions import mailing, queries
from twoyes.introductions.models import Introduction, Link
from twoyes.introductions.protocol import Actor, LetterDue, Origin, State
from twoyes.lib.errors import Refused
from twoyes.lib.tokens import token_hash


def nothing_here() -> Refused:
    """The one refusal for unknown, expired and somebody else's: the same in every byte (D24, E8, E10)."""
    return Refused("nothing_here", _("There is nothing at this address."))


# Which links open which page. The introduction's own link stands in a thread, where a reply to all may quote it:
# it opens the target's page for one quiet line and nothing else (C35).
PAGES = {"verify": ("verify",), "requester": ("requester",), "target": ("target", "quiet"), "stop": ("stop",)}


def open_link(purpose: str, token: str, now: datetime) -> str | None:
    """Return the id of the page that this token opens, or None."""
    return next(iter(queries.opened(token_hash(token), PAGES[purpose], now)), None)


def find(purpose: str, link_id: str, token: str, now: datetime) -> Link:
    """Return the link with this id if the token is its own. Raises `Refused` `nothing_here`."""
    link = next(iter(queries.link(link_id, token_hash(token), PAGES[purpose], now)), None)
    # An erasure takes the links of whoever is erased; the other side's page must not show it.
    if link is None:
        raise nothing_here()
    return link


def find_for_answers(link_id: str, token: str, now: datetime) -> Link:
    """Return a link that may answer, undo, object and wish. Raises `Refused` `nothing_here`."""
    link = find("target", link_id, token, now)
    if link.purpose != "target":
        raise nothing_here()
    return link


def asker_key(row: Introduction) -> str:
    """Return the blind key of whoever takes on the follow-up: the requester, or in an offer the one who writes."""
    if row.requester_key or row.origin == Origin.ASKED:
        return row.requester_key
    keys: list[str] = row.target_keys if row.writer == "second" else row.asker_keys
    return keys[0] if keys else ""


def must_be_requester(row: Introduction, actor: Actor) -> None:
    """Raise `Refused` `nothing_here` unless the actor proved the address that asked."""
    key = asker_key(row)
    if not key or actor.id != key:
        raise nothing_here()


def write_again(row: Introduction, now: datetime) -> None:
    """Send the holder of the address a way to the first request's page, once more."""
    kind = "verify" if row.state in {State.UNVERIFIED, State.DRAFT} else "received"
    mailing.write(row, LetterDue(kind, "requester", now), "requester", now=now)


def expire(now: datetime) -> None:
    """Delete links that have been over for a year."""
    Link.objects.filter(expires_at__lt=now - timedelta(days=365)).delete()
