"""From lines to cards: unfolded, split at BEGIN and END, without pictures and without the cards inside cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from twoyes.people.sources.base import MEGABYTE, Rejection

# Of one card, pictures apart (D15).
MOST_CHARS = 1 * MEGABYTE
MOST_PROPERTIES = 10_000
KEPT = frozenset("FN N NICKNAME ORG TITLE ROLE EMAIL TEL URL NOTE UID X-SOCIALPROFILE".split())
_SKIPPED = frozenset("PHOTO LOGO SOUND KEY X-MS-CARDPICTURE X-MS-OL-DESIGN".split())
_PROPERTY = re.compile(r"\s*(?:[A-Za-z0-9_-]+\.)?(?P<name>[A-Za-z0-9_-]+)\s*(?P<params>(?:;(?:[^\":]|\"[^\"]*\")*)?):")
_EDGE = re.compile(r"(?:BEGIN|END)\s*:\s*VCARD\s*$", re.IGNORECASE)
_NESTED = re.compile(r"BEGIN\s*:\s*VCARD", re.IGNORECASE)
_QUOTED = re.compile(r";(?:ENCODING\s*=\s*)?QUOTED-PRINTABLE", re.IGNORECASE)


@dataclass(slots=True)
class Card:
    """One card: the line of its BEGIN, what it was decoded as, and its unfolded properties that anybody reads."""

    line: int
    encoding: str = "utf-8"
    properties: list[str] = field(default_factory=list)
    chars: int = 0
    count: int = 0
    why: str = ""

    def take(self, found: Property) -> None:
        """Keep a property that counts, within limits."""
        self.chars += found.size
        self.count += 1
        if self.chars > MOST_CHARS or self.count > MOST_PROPERTIES:
            self.why = _("The card is larger than any card of a person.")
            self.properties.clear()
        elif found.name in KEPT:
            self.properties.append(found.text)


@dataclass(slots=True)
class Property:
    """A whole property: the number of its first line, its name, its unfolded text, and how much was read of it."""

    line: int
    name: str
    text: str = ""
    size: int = 0


def split(lines: Iterator[str], encoding: str) -> Iterator[Card | Rejection]:
    """The cards in their order. One inside another (AGENT) is rejected where it begins, as is half a card at the end.

    A card that is not ended before the next begins is taken as it is. `encoding` is the one that the lines were read
    in; a property may name another (CHARSET).
    """
    open_: list[Card | None] = []
    agent = False
    for found in _properties(lines, encoding):
        if found.name == "BEGIN":
            if agent:
                yield _agent(found.line)
                open_.append(None)
            else:
                # No END before this BEGIN: whatever is open ends here.
                yield from _closed(open_)
                open_ = [Card(found.line, encoding.removesuffix("-sig"))]
        elif found.name == "END":
            done = open_.pop() if open_ else None
            if done is not None:
                yield _settled(done)
        elif open_ and (card := open_[-1]) is not None:
            if found.name == "AGENT" and _NESTED.search(found.text):
                yield _agent(found.line)
            card.take(found)
        agent = bool(open_) and found.name == "AGENT" and not found.text.partition(":")[2].strip()
    for card in open_:
        if card is not None:
            yield Rejection(card.line, _("The file ends in the middle of this card."))


def _closed(open_: list[Card | None]) -> Iterator[Card | Rejection]:
    for card in open_:
        if card is not None:
            yield _settled(card)


def _settled(card: Card) -> Card | Rejection:
    return Rejection(card.line, card.why) if card.why else card


def _agent(line: int) -> Rejection:
    return Rejection(
        line, _("A card inside another card (AGENT): somebody's assistant. Import it as a card of its own.")
    )


def _properties(lines: Iterator[str], encoding: str) -> Iterator[Property]:
    """The unfolded properties. Of what is never read, such as a picture, only the first line is kept."""
    now: Property | None = None
    parts: list[str] = []
    soft = deaf = False
    for number, line in enumerate(lines, start=1):
        # A picture has ten thousand lines of which nothing is kept.
        if deaf and not soft and line[0] in " \t":
            continue
        text = line.rstrip("\r\n")
        # A soft break that was cut off must not swallow the end of the card.
        goes_on = now is not None and (text[:1] in {" ", "\t"} or (soft and not _EDGE.match(text)))
        begins = None if goes_on else _PROPERTY.match(text)
        if now is not None and (goes_on or (begins is None and text.strip())):
            # A base64 value may go on without a space before it: it holds no colon.
            soft = soft and text.endswith("=")
            if now.name not in _SKIPPED and now.size <= MOST_CHARS:
                parts.append(text if not goes_on or soft or _soft(parts) else text[1:])
                now.size += len(text)
                deaf = now.size > MOST_CHARS
            continue
        if now is not None:
            yield _whole(now, parts, encoding)
            now, deaf = None, False
        if begins:
            now = Property(number, begins["name"].upper(), size=len(text))
            parts = [text] if now.name not in _SKIPPED else []
            deaf = not parts or now.size > MOST_CHARS
            soft = bool(_QUOTED.search(begins["params"])) and text.endswith("=")
    if now is not None:
        yield _whole(now, parts, encoding)


def _soft(parts: list[str]) -> bool:
    """Whether the last part ends in a soft break of quoted-printable, after which nothing is taken off."""
    return bool(parts) and parts[-1].endswith("=") and bool(_QUOTED.search(parts[0].partition(":")[0]))


def _whole(found: Property, parts: list[str], encoding: str) -> Property:
    quoted = bool(parts) and bool(_QUOTED.search(parts[0].partition(":")[0]))
    joined = "".join(part.removesuffix("=") for part in parts[:-1]) + parts[-1] if quoted else "".join(parts)
    # A character that was folded in its middle is whole again only now.
    codec = encoding.removesuffix("-sig")
    if not joined.isascii() and not codec.startswith("utf-16"):
        joined = joined.encode(codec, "surrogateescape").decode(codec, "surrogateescape")
    found.text = joined
    return found
