"""From the address that somebody typed to the collections that are theirs (RFC 5397, 6352, 4791, 6764)."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from twoyes.lib.dav.client import Server
from twoyes.lib.errors import Refused

DAV = "{DAV:}"
MOST_COLLECTIONS = 50
# A document type is where XML hides bombs and other people's files; no server needs one.
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PROPERTIES = (
    '<?xml version="1.0" encoding="utf-8"?><d:propfind xmlns:d="DAV:" xmlns:c="{0}"><d:prop><d:resourcetype/>'
    "<d:displayname/><d:current-user-principal/><c:{1}/>{2}</d:prop></d:propfind>"
)


class Described(NamedTuple):
    """Something on a server, by its address, and what the server says of it."""

    url: str
    told: ET.Element


def collections(server: Server) -> list[Described]:
    """The collections of the wanted kind: the address itself, else those at home of the principal there.

    An address without a path leads on by the well-known one, where it leads to nothing by itself. Raises Refused as
    `Server.ask` does, and where there is none, or more than anybody has.
    """
    bare = urlsplit(server.start).path in {"", "/"}
    try:
        return _below(server, server.start)
    except Refused as no:
        if not bare or no.code != server.wanted.missing:
            raise
    return _below(server, urljoin(server.start, f"/.well-known/{server.wanted.well_known}"))


def parsed(server: Server, answer: bytes) -> ET.Element:
    """The document, which was cut to a size before; one with a document type is refused unread."""
    if _DOCTYPE.search(answer):
        raise server.bad_answer()
    try:
        # Entities are what makes XML dangerous, and they need the document type that is refused above.
        return ET.fromstring(answer)  # noqa: S314
    except ET.ParseError as broken:
        raise server.bad_answer() from broken


def _below(server: Server, start: str) -> list[Described]:
    found = _described(server, start, "0")
    here = [one for one in found if _is_wanted(server, one)]
    if here:
        return [Described(start, here[0].told)]
    homes = _hrefs(found, server.wanted.home)
    for principal in _hrefs(found, f"{DAV}current-user-principal")[:1] if not homes else []:
        homes = _hrefs(_described(server, principal, "0"), server.wanted.home)
    wanted = [
        Described(server.near(one.url), one.told)
        for home in (homes or [start])[:MOST_COLLECTIONS]
        for one in _described(server, home, "1")
        if _is_wanted(server, one)
    ]
    if not wanted:
        raise server.missing()
    return wanted[:MOST_COLLECTIONS]


def _described(server: Server, url: str, depth: str) -> list[Described]:
    url = server.near(url)
    space, _brace, name = server.wanted.home[1:].partition("}")
    asked = _PROPERTIES.format(space, name, f"<c:{server.wanted.also}/>" if server.wanted.also else "")
    answer = parsed(server, server.ask("PROPFIND", url, asked.encode(), depth=depth))
    return [
        Described(urljoin(url, href.text.strip()), one)
        for one in answer.iter(f"{DAV}response")
        if (href := one.find(f"{DAV}href")) is not None and href.text
    ]


def _is_wanted(server: Server, described: Described) -> bool:
    return described.told.find(f".//{DAV}resourcetype/{server.wanted.kind}") is not None


def _hrefs(found: list[Described], name: str) -> list[str]:
    return [
        urljoin(one.url, target.text.strip())
        for one in found
        for target in one.told.iterfind(f".//{name}/{DAV}href")
        if target.text
    ]
