"""Whom an archive names: every address with the names that stood before it, and who stood in one message."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from twoyes.network.reading import headers
from twoyes.network.sources import kind_of
from twoyes.network.sources.base import Opened
from twoyes.network.sources.places import archives

type Pair = tuple[str, str]

_ENTRY = re.compile(r"([^<>]*)<([^<>]*)>(?:([^<>]*)<([^<>]*)>)?")


@dataclass(slots=True)
class Sightings:
    """Names of each address with how often they were seen ("" for none), and messages that named two addresses."""

    names: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    together: Counter[Pair] = field(default_factory=Counter)

    def called(self, address: str) -> tuple[str, ...]:
        """The names of an address, most frequent first."""
        return tuple(name for name, _count in self.names[address].most_common() if name)


def of_archive(folder: Path) -> Sightings:
    """What From, To and Cc of every message of an archive say."""
    found = Sightings()
    for archive in archives(folder):
        kind = kind_of(archive) if isinstance(archive, Opened) else None
        if kind is None or not isinstance(archive, Opened):
            continue
        for message in kind.messages(archive, 0):
            head = headers.read(message.head)
            boxes = [one for one in (head.sender, *head.to, *head.cc) if one is not None and one.address]
            for one in boxes:
                found.names[one.address][one.name] += 1
            found.together.update(combinations(sorted({one.address for one in boxes}), 2))
    return found


def of_mailmap(file: Path) -> tuple[Sightings, dict[str, str]]:
    """What a `.mailmap` says, and for each address whose it is (the first name of its group).

    A line without a second name means the same name, as the head of numpy's file says. Read here by itself, so that
    the gold does not rest on the code that is measured.
    """
    found = Sightings()
    whose: dict[str, str] = {}
    for line in file.read_text().splitlines():
        entry = None if line.startswith("#") else _ENTRY.match(line.strip())
        if entry is None:
            continue
        name = entry[1].strip().removeprefix("!")
        for called, address in ((name, entry[2]), (entry[3] or name, entry[4] or "")):
            key = address.strip().lower()
            if "@" in key:
                found.names[key][(called.strip() or name).removeprefix("!")] += 1
                whose.setdefault(key, entry[2].strip().lower())
    return found, whose
