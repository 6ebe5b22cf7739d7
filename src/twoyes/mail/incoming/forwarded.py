"""Who introduced whom, read off a message that was forwarded: the lines that a mail program writes above it (S3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from twoyes.lib import addresses
from twoyes.mail.incoming.plain import line

# How mail programs say it above what they forward, in the languages that we speak and some that our readers have.
_FROM = ("from", "von", "de", "da", "van", "från", "fra", "od")
_TO = ("to", "an", "à", "a", "para", "aan", "till", "til", "do", "cc", "kopie", "copie", "kopi")
# A head of a forwarded message stands near its beginning, and names a few people.
_LINES, _MOST = 200, 6


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Whoever wrote the forwarded message, and whom else it went to, by name where one stands there; "" for unknown."""

    by: str = ""
    others: tuple[str, ...] = ()


def forwarded(text: str, *, own: Collection[str]) -> Forwarded:
    """Return who introduced whom in a forwarded message; `own` are keys of addresses that are the reader's."""
    by, others = "", list[str]()
    for label, value in _labelled(text):
        people = [name for name, key in _mailboxes(value) if key not in own]
        if label in _FROM and not by:
            by = next(iter(people), "")
        elif label in _TO and by:
            others += [name for name in people if name not in {by, *others}]
    return Forwarded(by, tuple(others[:_MOST]))


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    for one in text.split("\n")[:_LINES]:
        label, colon, value = one.lstrip("> *\t").partition(":")
        if colon and len(label) < 12:
            yield label.strip(" *\u00a0").lower(), value.strip(" *")


def _mailboxes(value: str) -> Iterator[tuple[str, str]]:
    """Yield names and keys; an address stands for whoever has no name. What is no plain address has no key."""
    for one in value[:1000].replace(";", ",").split(","):
        name, _bracket, rest = one.partition("<")
        address = (rest.partition(">")[0] if rest else one).strip().removeprefix("mailto:")
        known = addresses.well_formed(address) is not None
        shown = line(name if rest else "").strip(" \"'") or (addresses.partly(address) if known else "")
        if shown:
            yield shown, addresses.key(address) if known else ""
