"""The head of a message, read as bytes: who wrote to whom, when, and whether a person did it at all.

No body ever gets here, and no header is looked at beyond its first two kilobytes: a mailbox is other people's data, and
some of it is made to hurt (D10 to D13). What is read is the same as the standard library reads, thirty times faster
than its modern parser; `tests/network/test_headers_differ.py` holds the two side by side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from twoyes.network.reading.mailboxes import Mailbox, mailboxes
from twoyes.network.reading.moments import moment

LONGEST_HEAD = 64 * 1024
LONGEST_FIELD = 2 * 1024
LONGEST_LIST = 32 * 1024
MOST_RECIPIENTS = 500

# Small letters alone, over a head in small letters: six times as fast as a pattern that takes letters of any size.
_FIELD = re.compile(
    rb"\n(from|to|cc|date|message-id|in-reply-to|references|sender|reply-to|x-original-from|return-path"
    rb"|auto-submitted|precedence|list-id|list-post|list-unsubscribe|mailing-list|x-mailing-list|x-autoreply"
    rb"|x-autorespond|x-cron-env|content-type)[ \t]{0,9}:([^\n]*(?:\n[ \t][^\n]*)*)"
)
_RECEIVED = re.compile(rb"\n[Rr][Ee][Cc][Ee][Ii][Vv][Ee][Dd][ \t]{0,9}:([^\n]*(?:\n[ \t][^\n]*)*)")
_ID = re.compile(rb"<([^<>\s]{1,250})>")
_BULK = {b"bulk", b"junk", b"auto_reply", b"auto-reply"}
_ROBOTS = re.compile(
    r"(?:^|[._+-])(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster|daemon|root|cron|bounces?|notifications?|notify"
    r"|alerts?|newsletter|automat(?:ic|ed)|robot|svn|cvs|jira|bugzilla)(?:$|[._+=-])"
)


class Head(NamedTuple):
    """What the head of one message says. `at` is in seconds since 1970 (UTC), None where no date could be read."""

    sender: Mailbox | None
    to: Sequence[Mailbox]
    cc: Sequence[Mailbox]
    at: int | None
    dated: str
    """Where the date comes from: `date`, `received`, `line` (what an mbox writes above it) or "" (none)."""
    message_id: bytes
    answers: bytes
    """The message that this one answers: In-Reply-To, or the last of References; b"" for none."""
    thread: bytes
    """The first message of the thread, as far as References tell; b"" for none."""
    why: str
    """Why no person wrote it to another: `automatic`, `list`, `bulk`; "" where one did."""


def read(block: bytes, *, line: bytes = b"", latest: int = 1 << 62) -> Head:
    """Read the head of a message, which ends before its first empty line. Never raises: what is missing is empty.

    A date after `latest` is a wrong clock's; then, as without one, another that the message came with is taken.
    """
    found: dict[bytes, bytes] = {}
    block = b"\n" + block[:LONGEST_HEAD].replace(b"\r", b"")
    for field in _FIELD.finditer(block.lower()):
        name = field[1]
        begin, end = field.span(2)
        if end - begin > LONGEST_FIELD:
            end = min(end, begin + _LONGEST.get(name, LONGEST_FIELD))
        if name not in found:
            found[name] = block[begin:end]
        elif name in _SEVERAL:
            found[name] = (found[name] + b", " + block[begin:end])[:LONGEST_LIST]
    sender = _sender(found)
    at, dated = _when(found, block, line, latest)
    ids = _ID.findall(found[b"references"]) if b"references" in found else []
    reply = _ID.search(found[b"in-reply-to"]) if b"in-reply-to" in found else None
    own = _ID.search(found[b"message-id"]) if b"message-id" in found else None
    answers = reply[1] if reply else ids[-1] if ids else b""
    return Head(
        sender,
        _people(found[b"to"]) if b"to" in found else (),
        _people(found[b"cc"]) if b"cc" in found else (),
        at,
        dated,
        own[1] if own else b"",
        answers,
        ids[0] if ids else answers,
        _why(found, sender, line),
    )


_SEVERAL = {b"to", b"cc"}
_LONGEST = dict.fromkeys(_SEVERAL, LONGEST_LIST)


def _people(value: bytes) -> Sequence[Mailbox]:
    return mailboxes(value)[:MOST_RECIPIENTS] if value else ()


def _sender(found: dict[bytes, bytes]) -> Mailbox | None:
    """Return who wrote it: behind a list that writes its own address into From, the one whom the list names."""
    first = next(iter(_people(found[b"from"])), None) if b"from" in found else None
    if first is None or not _is_munged(first, found):
        return first
    name = _unmunged(first.name)
    for other in (b"x-original-from", b"reply-to"):
        for one in _people(found.get(other, b"")):
            if one.address and one.address != first.address and not _same(one, found):
                return Mailbox(name or one.name, one.address)
    return Mailbox(name, "")


def _is_munged(sender: Mailbox, found: dict[bytes, bytes]) -> bool:
    return not _MUNGING.isdisjoint(found) and _VIA.search(sender.name) is not None


_MUNGING = {b"list-id", b"list-post", b"x-original-from", b"sender"}
_VIA = re.compile(r"\s+via\s+\S.*$", re.IGNORECASE)


def _unmunged(name: str) -> str:
    return _VIA.sub("", name).strip(" '\"")


def _same(one: Mailbox, found: dict[bytes, bytes]) -> bool:
    """Say whether a Reply-To is the list's own address."""
    return one.address.encode() in found.get(b"list-post", b"").lower()


def _when(found: dict[bytes, bytes], block: bytes, line: bytes, latest: int) -> tuple[int | None, str]:
    at = moment(found.get(b"date", b""))
    if at is not None and at <= latest:
        return at, "date"
    # The last hand that a message went through stands first.
    for hop in _RECEIVED.findall(block)[:_MOST_HOPS]:
        at = moment(hop[:LONGEST_FIELD].rpartition(b";")[2])
        if at is not None and at <= latest:
            return at, "received"
    arrived = _ARRIVED.search(line[:LONGEST_FIELD])
    at = moment(arrived[0]) if arrived is not None else None
    return (at, "line") if at is not None and at <= latest else (None, "")


_ARRIVED = re.compile(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]?\d \d\d?:\d\d.*")
# A message that went through more hands went in circles.
_MOST_HOPS = 30


def _why(found: dict[bytes, bytes], sender: Mailbox | None, line: bytes) -> str:
    """Say why no person wrote this to another (RFC 3834, RFC 2919, RFC 2369 and what came before them)."""
    if _is_automatic(found) or (sender is not None and _is_robot(sender.address)):
        return "automatic"
    precedence = found[b"precedence"].strip().lower() if b"precedence" in found else b""
    if precedence == b"list" or _is_list(found) or _PIPERMAIL.match(line) is not None:
        return "list"
    return "bulk" if precedence in _BULK or b"list-unsubscribe" in found else ""


@lru_cache(maxsize=8192)
def _is_robot(address: str) -> bool:
    return _ROBOTS.search(address.partition("@")[0]) is not None


def _is_automatic(found: dict[bytes, bytes]) -> bool:
    if b"auto-submitted" in found:
        submitted = found[b"auto-submitted"].strip().lower()
        if submitted and not submitted.startswith(b"no"):
            return True
    return (
        not _AUTOMATIC.isdisjoint(found)
        or (b"content-type" in found and b"multipart/report" in found[b"content-type"][:200].lower())
        or (b"return-path" in found and _NOBODY.match(found[b"return-path"]) is not None)
    )


# What cannot be answered, and the accounts under which programs send.
_NOBODY = re.compile(
    rb"\s*<?(?:(?:postmaster|mailer-daemon|daemon|root|nobody|www-data|apache|httpd)@|>)", re.IGNORECASE
)
_AUTOMATIC = {b"x-autoreply", b"x-autorespond", b"x-cron-env"}


def _is_list(found: dict[bytes, bytes]) -> bool:
    if not _LIST_MARKS.isdisjoint(found):
        return True
    return b"sender" in found and _OWNER.search(found[b"sender"].lower()) is not None


_LIST_MARKS = {b"list-id", b"list-post", b"mailing-list", b"x-mailing-list"}
# The lists of the nineties: Majordomo and LISTSERV name the list's keeper as the sender, and nothing else tells.
# Public archives of Mailman write addresses like this into the line above a message, and name no recipient.
_PIPERMAIL = re.compile(rb"From \S+ at \S+ ")
_OWNER = re.compile(rb"(?:^|[<\s])owner-|[-.](?:owner|request|bounces|admin)@")
