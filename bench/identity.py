"""Who is the same person: precision and recall of each method on both halves of the gold, with Wilson intervals.

Half 0 was tuned on, half 1 was left alone. Splink runs where TWOYES_SPLINK names a Python that has it. Without the data
beside the checkout there is nothing to measure.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from pathlib import Path

from bench.gold import blocks, labels, sightings
from bench.gold.sightings import Pair, Sightings
from twoyes.network.identity import finding, mailboxes, names
from twoyes.network.identity.comparing import Someone
from twoyes.network.identity.finding import Finding, Told

type Row = tuple[str, float | str, str]

_SPLINK = Path(__file__).with_name("peers") / "same_person_splink.py"
_Z = 1.96
JOINS, SUGGESTS = 0.995, 0.95


@dataclass(frozen=True, slots=True)
class Gold:
    """People to find pairs among, and what is known of their pairs: label and half."""

    name: str
    people: tuple[Someone, ...]
    labels: Mapping[Pair, str]
    halves: Mapping[Pair, int]
    together: Mapping[Pair, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Of the pairs that a method names and that are labelled: how many are right; and of those that are one person's
    how many it names."""

    right: int
    named: int
    there: int


def run() -> list[Row]:
    """Every method on every half; and how long 20,000 people take."""
    rows: list[Row] = []
    for gold in (linux_mips(), numpy_mailmap()) if labels.MIPS.is_dir() else ():
        for name, pairs in methods(gold).items():
            for half, what in enumerate(("tuned on", "left alone")):
                one = score(gold, pairs, half)
                said = f"{_ratio(one.right, one.named)} right, {_ratio(one.right, one.there)} found"
                rows.append((f"{gold.name}, half {what}: {name}", said, "Wilson 95 %"))
    people = crowd(20_000)
    began = time.process_time()
    found = finding.find(people)
    rows.append(("20,000 people, the rules", time.process_time() - began, f"CPU s, {len(found)} findings"))
    return rows


# ---------------------------------------------------------------- gold


def linux_mips() -> Gold:
    """The pairs of the mailing list that were read."""
    seen = sightings.of_archive(labels.MIPS)
    known = labels.labelled(seen)
    return Gold("linux-mips", people_of(seen), known, labels.halves(known), seen.together)


def numpy_mailmap() -> Gold:
    """The pairs that the project's own people wrote down, and others that share a block."""
    seen, whose = sightings.of_mailmap(labels.MAILMAP)
    same = {pair for pair in combinations(sorted(whose), 2) if whose[pair[0]] == whose[pair[1]]}
    pairs = same.union(blocks.pairs(seen))
    known = {pair: "same" if pair in same else "different" for pair in pairs}
    return Gold("numpy .mailmap", people_of(seen), known, labels.halves(known), {})


def people_of(seen: Sightings) -> tuple[Someone, ...]:
    """Each address as somebody, with its five most frequent names."""
    return tuple(Someone(address, seen.called(address)[:5], (address,)) for address in seen.names)


def score(gold: Gold, pairs: Collection[Pair], half: int) -> Score:
    """How a method does on one half; pairs of which a reader could not tell count for nothing."""
    mine = {pair: label for pair, label in gold.labels.items() if gold.halves[pair] == half and label != "cannot_tell"}
    right = sum(mine.get(pair) == "same" for pair in pairs)
    there = sum(label == "same" for label in mine.values())
    return Score(right, sum(pair in mine for pair in pairs), there)


# ---------------------------------------------------------------- methods


def methods(gold: Gold) -> dict[str, set[Pair]]:
    """The pairs that each method names."""
    found = finding.find(gold.people, Told({}, frozenset(), gold.together))
    by_rules = {_pair(one) for one in found}
    named = {
        "exact keys": {_pair(one) for one in found if one.why == "same_mailbox"},
        "rules that join": {pair for group in finding.groups(found) for pair in combinations(group, 2)},
        "rules that join or suggest": by_rules,
    }
    probable = splink(gold)
    if probable:
        # The lowest threshold that keeps suggestions as right as they have to be, on the half that is tuned on.
        limit = _threshold(gold, lambda at: {pair for pair, p in probable.items() if p >= at})
        named[f"Splink 5 (p ≥ {limit:g})"] = {pair for pair, p in probable.items() if p >= limit}
        more = _threshold(gold, lambda at: by_rules | {pair for pair, p in probable.items() if p >= at})
        named[f"rules and Splink (p ≥ {more:g})"] = by_rules | {pair for pair, p in probable.items() if p >= more}
    return named


def splink(gold: Gold) -> dict[Pair, float]:
    """What Splink holds of each pair; empty where this machine has none."""
    python = os.environ.get("TWOYES_SPLINK", "")
    if not python:
        return {}
    given = json.dumps([_columns(one) for one in gold.people])
    done = subprocess.run([python, str(_SPLINK)], input=given, capture_output=True, text=True, check=True)
    return {(min(one, other), max(one, other)): p for one, other, p in json.loads(done.stdout)}


def _columns(one: Someone) -> dict[str, str]:
    known = next((name for text in one.names if (name := names.parse(text))), None)
    box = mailboxes.read(one.addresses[0])
    return {
        "unique_id": one.id,
        "name": " ".join(known.words) if known else "",
        "given": known.given if known else "",
        "family": known.family if known else "",
        "local": box.local if box and not box.role else "",
        "house": box.house if box else "",
    }


def _threshold(gold: Gold, named: Callable[[float], set[Pair]]) -> float:
    for at in (0.01, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9999):
        one = score(gold, named(at), 0)
        if one.named and one.right / one.named >= SUGGESTS:
            return at
    return 1.0


def _pair(one: Finding) -> Pair:
    return one.one, one.other


# ---------------------------------------------------------------- figures


def wilson(right: int, of: int) -> tuple[float, float]:
    """The interval of a share at 95 % (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, weight = right / of, _Z * _Z / of
    middle, spread = share + weight / 2, _Z * sqrt(share * (1 - share) / of + weight / of / 4)
    return max(0.0, (middle - spread) / (1 + weight)), min(1.0, (middle + spread) / (1 + weight))


def _ratio(right: int, of: int) -> str:
    low, high = wilson(right, of)
    return f"{right / of:.3f} [{low:.3f}, {high:.3f}] ({right} of {of})" if of else "none"


def crowd(count: int) -> list[Someone]:
    """As many people as a large history has, a tenth of them at two addresses; made by counting, the same each time."""
    return list(_crowd(count))


def _crowd(count: int) -> Iterator[Someone]:
    for number in range(count):
        who = number if number % 10 else number // 2
        given, family = f"g{_spelled(who % 499)}", f"f{_spelled(who % 7919)}"
        house = f"{_spelled(number % 3001)}.example" if number % 3 else "gmail.com"
        local = (f"{given}.{family}", f"{given[:1]}{family}", given, f"{family}{number}")[number % 4]
        known = () if number % 5 == 0 else (f"{given.title()} {family.title()}",)
        yield Someone(f"{number:06}", known, (f"{local}@{house}",))


def _spelled(number: int) -> str:
    text = ""
    while number or not text:
        number, rest = divmod(number, 20)
        text += "bcdfghklmnprstvwxzjq"[rest] + "aeiou"[rest % 5]
    return text
