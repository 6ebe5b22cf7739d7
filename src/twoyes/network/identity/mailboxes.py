"""What an address says by itself: which mailbox it is, of which house, and whether a person has it at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from twoyes.network.identity.names import Name
from twoyes.network.identity.tables import (
    DOTLESS,
    FREEMAIL,
    LIST_HOSTS,
    LIST_LABELS,
    NICKNAMES,
    ROLE_PARTS,
    ROLES,
    SAME_PROVIDER,
    SECOND_LEVEL,
    TAGGED,
)

_LETTERS = re.compile(r"[^a-z]+")
_SEPARATORS = re.compile(r"[._\-]+")
_PARTS = re.compile(r"[._+\-=%]+")
_NOTES = re.compile(r"imceanotes-(.+)@[^@]+", re.IGNORECASE)
_EX = re.compile(r"(?:imceaex-)?[/_]o=([^/]+?)[/_]ou=.*[/_]cn=recipients[/_]cn=([^/@]+)(?:@.*)?", re.IGNORECASE)
_HEX = re.compile(r"\+([0-9a-f]{2})", re.IGNORECASE)
_INNER = re.compile(r"([^\s<>@\"']+@[^\s<>@\"']+)")
_GITHUB = re.compile(r"(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com")
_AGAINST_ROBOTS = re.compile(r"^(?:nospam|no-spam|remove)[-._]?|[-._]?(?:nospam|removethis)$")
# Shorter ones are initials, and those are many people's.
HANDLE = 4
_RARE = 5


class Mailbox(NamedTuple):
    """One address: its exact form, its local part without what is no part of it, its host and its house."""

    exact: str
    local: str
    host: str
    house: str
    """The domain that somebody registered; "" where anybody can have a mailbox (freemail), so that it says nothing."""
    role: bool
    """A function, a machine or a list has it: nobody is known by it."""


@lru_cache(maxsize=65536)
def read(address: str) -> Mailbox | None:
    """Take an address apart; None where it is none. Exchange's and Notes' wrappings are taken off."""
    text = unwrapped(address.strip().lower())
    local, at, host = text.rpartition("@")
    if not at or not local or not host or "=?" in local:
        return None
    host = SAME_PROVIDER.get(host, host)
    github = _GITHUB.fullmatch(text)
    plain = github[1] if github else _AGAINST_ROBOTS.sub("", local.partition("+")[0]) or local
    if host in TAGGED:
        local = local.partition("+")[0] or local
    if host in DOTLESS:
        local = local.replace(".", "")
    return Mailbox(f"{local}@{host}", plain, host, _house(host), not github and (is_role(plain) or _is_of_lists(host)))


def unwrapped(text: str) -> str:
    """The address that Exchange or Notes hide in one of their own forms; the text itself where there is none."""
    hidden = _NOTES.fullmatch(text)
    if hidden is not None:
        said = _HEX.sub(lambda code: chr(int(code[1], 16)), hidden[1])
        inner = _INNER.search(said)
        return inner[1] if inner else text
    directory = _EX.fullmatch(_HEX.sub(lambda code: chr(int(code[1], 16)), text))
    if directory is not None:
        house = "-".join(re.findall(r"[a-z0-9]+", directory[1].lower()))
        return f"{directory[2].strip().lower()}@{house}.exchange.invalid"
    return text


def is_role(local: str) -> bool:
    """Whether a local part names a function, a machine or a list."""
    parts = [part for part in _PARTS.split(local) if part]
    letters = _LETTERS.sub("", local)
    return letters in ROLES or not letters or not ROLE_PARTS.isdisjoint(parts) or "%" in local


def letters(local: str) -> str:
    """The letters of a local part alone: what two spellings of one handle have in common."""
    return _LETTERS.sub("", local)


def bare(local: str) -> str:
    """A local part without dots, dashes and underscores; digits stay, since they tell people apart."""
    return _SEPARATORS.sub("", local)


def says_whole(local: str, name: Name) -> bool:
    """Whether a local part spells a whole name: tomi.leppikangas, leppikangas_tomi, torvaldslinus."""
    written = letters(local)
    return len(name.given) > 1 and written in {
        name.given + name.family,
        name.family + name.given,
        name.given + "".join(part[0] for part in name.middle) + name.family,
    }


def says_part(local: str, name: Name) -> bool:
    """Whether a local part is made of a name in one of the short ways: mshaver, shaverm, mikes, shaver, mike, dsm."""
    written, first = letters(local), name.given[0]
    middle = "".join(part[0] for part in name.middle)
    return written in {
        name.family,
        name.given,
        first + name.family,
        name.family + first,
        name.given + name.family[0],
        first + middle + name.family,
        first + middle + name.family[0],
        first + name.family[0],
    }


def says_initial(local: str, name: Name) -> bool:
    """Whether a local part is the initial and the family name: rgommers. Of a long family name that is rarely two's."""
    return len(name.family) >= _RARE and letters(local) == local == name.given[0] + name.family


def is_handle(local: str, names: tuple[Name, ...]) -> bool:
    """Whether a local part is somebody's own word, not made of their name: mgix, grimsy. It is told again elsewhere."""
    if len(letters(local)) < HANDLE or letters(local) in NICKNAMES:
        return False
    return not any(says_whole(local, one) or says_part(local, one) for one in names)


def only_numbered(one: str, other: str) -> bool:
    """Whether two local parts differ by a number alone, as a house writes two people of one name: j.smith, j.smith2."""
    return one != other and re.sub(r"\d+", "", one) == re.sub(r"\d+", "", other)


def _is_of_lists(host: str) -> bool:
    return host in LIST_HOSTS or host.partition(".")[0] in LIST_LABELS


def _house(host: str) -> str:
    labels = host.split(".")
    wide = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL
    house = ".".join(labels[-3:] if wide else labels[-2:])
    return "" if host in FREEMAIL or house in FREEMAIL else house
