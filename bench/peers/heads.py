"""Other readers of a message's head. All get the same bytes, cut in the same way, and must tell the same fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_tz
from importlib.metadata import version
from importlib.util import find_spec

type Reader = Callable[[bytes], object]

_ID = re.compile(r"<([^<>\s]+)>")
_PARSER = BytesHeaderParser(policy=compat32)


def readers() -> dict[str, Reader]:
    """Return the readers that are installed here, by name and version."""
    known: dict[str, Reader] = {"the standard library's header parser (compat32)": standard}
    if find_spec("fast_mail_parser") is not None:
        known[f"fast-mail-parser {version('fast-mail-parser')}, metadata"] = fast
    return known


def standard(head: bytes) -> object:
    """Return from, to, cc, date and ids as the standard library reads them."""
    found = _PARSER.parsebytes(head)
    people = [getaddresses([str(one) for one in found.get_all(name, [])]) for name in ("from", "to", "cc")]
    ids = [_ID.findall(str(found.get(name, ""))) for name in ("message-id", "in-reply-to", "references")]
    marks = [found.get(name) for name in ("list-id", "precedence", "auto-submitted")]
    return people, parsedate_tz(str(found.get("date", ""))), ids, marks


def fast(head: bytes) -> object:
    """Return the same from the parser in Rust, which has read the whole head by then."""
    from fast_mail_parser import ParseError, parse_email

    try:
        found = parse_email(head, mode="metadata")
    except ParseError:
        return None
    headers = {name.lower(): values for name, values in found.headers.items()}
    ids = [_ID.findall(headers.get(name, [""])[0]) for name in ("message-id", "in-reply-to", "references")]
    marks = [headers.get(name) for name in ("list-id", "precedence", "auto-submitted")]
    return found.from_, found.to, found.cc, found.date_parsed, ids, marks
