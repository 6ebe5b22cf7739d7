"""What the headers of a message say: from whom, to whom, which message it is and which it answers, and when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from twoyes.lib.mailbox import canonical
from twoyes.mail.incoming.understanding import decoding
from twoyes.mail.incoming.understanding.bounded import Part

MOST_ADDRESSES = 100
MOST_REFERENCES = 50
_ID = re.compile(r"<([^<>\s]{1,250})>")
_RETURNED_ID = re.compile(r"(?im)^[> \t]{0,4}message-id:[ \t]{0,4}\n?[ \t]{0,4}(<[^<>\s]{1,250}>)")


def addresses(values: Iterable[bytes]) -> tuple[str, ...]:
    """Return the canonical addresses in address headers, in order and once; what is no address is left out."""
    found: dict[str, None] = {}
    for value in values:
        for piece in _bare(decoding.charset(value, "utf-8")).replace(";", ",").split(","):
            if (address := canonical(_inner(piece))) is not None:
                found[address] = None
    return tuple(found)[:MOST_ADDRESSES]


def sender(message: Part) -> str:
    """Return the address of From; "" where there is not exactly one, for then it says nothing (RFC 5322 3.6)."""
    found = addresses(message.all("from"))
    return found[0] if len(found) == 1 and len(message.all("from")) == 1 else ""


def message_id(message: Part) -> str:
    """Return its Message-ID with the angle brackets, "" for none."""
    return next(_ids(message.first("message-id")), "")


def references(message: Part, returned: Iterable[str]) -> tuple[str, ...]:
    """Return the Message-IDs that a message answers, and those that it returns: In-Reply-To first."""
    names = ("in-reply-to", "references")
    answered = (one for name in names for value in message.all(name) for one in _ids(value))
    return tuple(dict.fromkeys([*answered, *returned]))[:MOST_REFERENCES]


def returned_ids(message: Part, texts: Iterable[str]) -> Iterator[str]:
    """Yield the Message-IDs of the messages that are carried inside, as parts, as headers alone, or as text."""
    for part in message.own():
        if part.kind in {"message/rfc822", "message/global"} and part.parts:
            yield from _ids(part.parts[0].first("message-id"))
        elif part.kind in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
            yield from _RETURNED_ID.findall(decoding.text(part))
    for text in texts:
        yield from _RETURNED_ID.findall(text)


def sent_at(message: Part) -> datetime | None:
    """Return when it was sent by its own word, in UTC; None where that cannot be read."""
    try:
        at = parsedate_to_datetime(message.first("date").decode("ascii", "replace"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _ids(value: bytes) -> Iterator[str]:
    return (f"<{one}>" for one in _ID.findall(value.decode("utf-8", "replace")))


def _inner(piece: str) -> str:
    """Return what stands between the angle brackets, or all of it; without the name of a group."""
    begin = piece.rfind("<")
    if begin < 0:
        return piece.rpartition(":")[2].strip()
    return piece[begin + 1 :].partition(">")[0].strip()


def _bare(value: str) -> str:
    """Return the header without quoted strings and comments, however deep they nest, in one pass."""
    kept, depth, quoted, escaped = [], 0, False, False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = char != '"'
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif depth == 0 and char == '"':
            quoted = True
        elif depth == 0:
            kept.append(char)
    return "".join(kept)
