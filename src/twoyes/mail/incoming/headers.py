"""The few headers that say how far a message may be answered, read without trusting its shape.

Bounded before anything is decoded: so many bytes of the head, so many of each header (D10, D11, D13). Linear.
"""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from django.conf import settings

from twoyes.lib import addresses
from twoyes.mail.incoming.understanding.headers import addresses as addresses_in

_HEAD, _ONE = 65_536, 2_048
# What says that a program wrote it, or that many get it: none of these is ever answered (RFC 3834, C21).
_LISTS = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "x-autoreply", "x-autorespond", "x-loop")
_IN_BULK = {"bulk", "list", "junk", "auto_reply"}


def headers(raw: bytes) -> list[tuple[str, str]]:
    """Return names, in lower case, and unfolded values, in their order; each value of 2 kB at most."""
    head = raw[:_HEAD].replace(b"\r\n", b"\n")
    end = head.find(b"\n\n")
    found: list[tuple[str, list[str]]] = []
    for line in (head if end < 0 else head[:end]).split(b"\n"):
        text = line[:_ONE].decode("utf-8", "replace")
        if text[:1] in {" ", "\t"}:
            if found:
                found[-1][1].append(text.strip())
            continue
        name, colon, value = text.partition(":")
        if colon and name and not name.endswith((" ", "\t")):
            found.append((name.lower(), [value.strip()]))
    return [(name, " ".join(parts)[:_ONE]) for name, parts in found]


def may_be_answered(raw: bytes) -> bool:
    """Say whether a person wrote it to us alone, as far as its head says: nothing else is answered by itself (C21)."""
    found = headers(raw)
    said = dict(reversed(found))
    if said.get("return-path", "<>").strip() in {"", "<>"}:
        return False
    if said.get("auto-submitted", "no").partition(";")[0].strip().lower() != "no":
        return False
    if said.get("precedence", "").strip().lower() in _IN_BULK or said.get("x-auto-response-suppress"):
        return False
    return not any(name in _LISTS for name, _value in found)


def is_proved(raw: bytes, sender: str, authority: str) -> bool:
    """Say whether `authority`, our own mail server, saw DMARC pass for the domain of `sender` (RFC 8601, C23).

    Only its newest word counts, the one on top: it takes away what others wrote under its name. Without an authority
    nothing is proved. What stands in quotes or comments was written by others, and says nothing; of two words of DMARC
    neither counts.
    """
    if not authority or "@" not in sender:
        return False
    for name, value in headers(raw):
        if name == "authentication-results":
            who, *results = _plain(value).split(";")
            if who.split()[:1] == [authority.lower()]:
                said = [one for one in results if _method(one) == "dmarc"]
                return len(said) == 1 and _is_pass(said[0], sender)
    return False


def is_vouched(raw: bytes, sender: str) -> bool:
    """Say whether nothing speaks against `sender`: proved, where we have a mail server that would say so (C35)."""
    authority: str = settings.TWOYES_AUTHSERV
    return not authority or is_proved(raw, sender, authority)


def to_whom(raw: bytes) -> tuple[str, ...]:
    """Return the addresses in To, canonical; () where there is not exactly one To and one From.

    Who passes on what somebody signed can add headers to it, and cannot change the one that is there (RFC 6376 8.15).
    """
    found = headers(raw)
    if [name for name, _value in found if name in {"to", "from"}] not in (["to", "from"], ["from", "to"]):
        return ()
    return addresses_in(value.encode() for name, value in found if name == "to")


def name_of_sender(raw: bytes) -> str:
    """Return the name that stands beside the address in From, decoded; "" where there is none."""
    value = next((value for name, value in headers(raw) if name == "from"), "")
    name = _decoded(value.rpartition("<")[0]).strip().strip('"').strip()
    return "" if "@" in name else name


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return ""


def _is_pass(result: str, sender: str) -> bool:
    """Read one result, such as `dmarc=pass header.from=example.org`; the domain must be the sender's own."""
    words = result.split()
    domain = addresses.canonical(sender).rpartition("@")[2]
    return words[:1] == ["dmarc=pass"] and f"header.from={domain}" in words[1:]


def _method(result: str) -> str:
    return re.split(r"[\s=/]", result.strip(), maxsplit=1)[0]


def _plain(value: str) -> str:
    """Return it in lower case without comments, each quoted string as one mark; "" where one of them never ends."""
    kept, depth, quoted, escaped = list[str](), 0, False, False
    for char in value.lower():
        if escaped or (char == "\\" and (quoted or depth)):
            escaped = not escaped
        elif quoted:
            quoted = char != '"'
        elif char == "(" or (char == ")" and depth):
            depth += 1 if char == "(" else -1
        elif not depth:
            quoted = char == '"'
            kept.append(char)
    return "" if quoted or depth or escaped else "".join(kept)
