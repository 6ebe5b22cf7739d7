"""Who of many people is one person: candidates by blocks, rules over each pair, and groups of those that join.

No pair is looked at that shares no block, so 20,000 people take seconds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from twoyes.network.identity import comparing, mailboxes, names, rules
from twoyes.network.identity.comparing import Read, Someone
from twoyes.network.identity.names import Name, Near
from twoyes.network.identity.tables import NICKNAMES

type Pair = tuple[str, str]

# A block with more is no hint of anything: a name of a machine, a local part that everybody has.
MOST = 200
_LONG_HANDLE = 4
_NAMELESS_HOSTS = _HANDLE_HOSTS = 3
MAILMAP = "mailmap"


@dataclass(frozen=True, slots=True)
class Finding:
    """Two people, by id in order, that are or may be one; `why` names the rule, `joins` says that it may act alone."""

    one: str
    other: str
    why: str
    joins: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody said of these people: `same` (ids that a mailmap puts together, by group) and pairs that are two.

    `together` counts the messages that name both of a pair.
    """

    same: Mapping[str, str]
    apart: Collection[Pair]
    together: Mapping[Pair, int]


NOTHING = Told({}, frozenset(), {})


def find(people: Iterable[Someone], told: Told = NOTHING) -> list[Finding]:
    """Every pair that a rule holds for, in the order of the ids; the same whatever the order of the people.

    Where joining would put two of different names, or two that were told apart, into one group, the whole group only
    suggests. Functions, machines and lists are in no pair.
    """
    readers = _people([comparing.read(one) for one in people])
    apart = {_pair(*pair) for pair in told.apart}
    ordinary = _ordinary(readers.values())
    found = []
    for one, other in sorted(candidates(readers.values(), told)):
        finding = None if (one, other) in apart else _judged((readers[one], readers[other]), told, ordinary)
        if finding is not None:
            found.append(finding)
    return _without_clashes(found, readers, told, apart)


def groups(findings: Iterable[Finding]) -> list[tuple[str, ...]]:
    """The groups of ids that joins alone put together, each sorted, in order."""
    return sorted(tuple(sorted(group)) for group in _components(one for one in findings if one.joins))


def asked(findings: Sequence[Finding]) -> list[Finding]:
    """One suggestion for each two groups, by the strongest rule: what is left to ask once the joins are made."""
    whose = {member: group[0] for group in groups(findings) for member in group}
    best: dict[Pair, Finding] = {}
    for one in findings:
        between = _pair(whose.get(one.one, one.one), whose.get(one.other, one.other))
        known = best.get(between)
        if between[0] != between[1] and (known is None or rank(one.why) < rank(known.why)):
            best[between] = one
    return sorted(best.values(), key=lambda one: (rank(one.why), one.one, one.other))


def rank(why: str) -> int:
    """The place of a rule: the lower, the surer."""
    return _RANK.get(why, -1)


_RANK = {rule.name: place for place, rule in enumerate(rules.RULES)}


def _people(known: Collection[Read]) -> dict[str, Read]:
    """All but functions, machines and lists.

    What stands for a list at one host of a house does so at all of them; and nobody has one local part at more than
    three hosts of a house without ever being called by a name.
    """
    lists = {(box.house, box.local) for one in known if one.role for box in one.boxes if box.house}
    nameless = Counter((box.house, box.local) for one in known if not one.names for box in one.boxes if box.house)
    lists.update(where for where, hosts in nameless.items() if hosts > _NAMELESS_HOSTS)
    return {
        one.id: one
        for one in known
        if not one.role and (one.names or not any((box.house, box.local) in lists for box in one.boxes))
    }


def _ordinary(readers: Collection[Read]) -> frozenset[str]:
    """Local parts that are no handle of one person: given names, and what stands at more than three houses."""
    hosts = Counter(box.local for one in readers for box in one.boxes)
    given = {name.given for one in readers for name in one.names}
    return frozenset(given | {local for local, count in hosts.items() if count > _HANDLE_HOSTS})


# ---------------------------------------------------------------- candidates


def candidates(readers: Iterable[Read], told: Told = NOTHING) -> set[Pair]:
    """Pairs that share a block, and those that were told to be the same."""
    blocks: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in readers:
        for block in set(_blocks(one)):
            blocks[block].add(one.id)
        if one.id in told.same:
            blocks[MAILMAP, told.same[one.id]].add(one.id)
    return {_pair(*pair) for block in blocks.values() if len(block) <= MOST for pair in combinations(block, 2)}


def _blocks(one: Read) -> Iterator[tuple[str, ...]]:
    houses = {box.house for box in one.boxes if box.house}
    for name in one.names:
        yield ("name", *name.words)
        for initial in {called[0] for called in (name.given, *NICKNAMES.get(name.given, ()))}:
            yield "family", name.family, initial
        for whole in (*_spellings(name), name.given[0] + name.family):
            yield "whole", whole
        for house in houses:
            yield from (("house", house, short) for short in _shorts(name))
    yield from (("nick", nick) for nick in one.nicks)
    for box in one.boxes:
        written = mailboxes.letters(box.local)
        yield "mailbox", box.exact
        yield "whole", written
        if box.house:
            yield "house", box.house, written
            yield "house", box.house, mailboxes.bare(box.local)
        if len(written) >= _LONG_HANDLE:
            yield "local", mailboxes.bare(box.local)


def _spellings(name: Name) -> set[str]:
    middle = "".join(part[0] for part in name.middle)
    return {name.given + name.family, name.family + name.given, name.given + middle + name.family}


def _shorts(name: Name) -> set[str]:
    first, middle = name.given[0], "".join(part[0] for part in name.middle)
    return {
        name.family,
        first + name.family,
        name.family + first,
        name.given + name.family[0],
        first + middle + name.family,
    }


# ---------------------------------------------------------------- judging


def _judged(both: tuple[Read, Read], told: Told, ordinary: frozenset[str]) -> Finding | None:
    one, other = both
    if one.id in told.same and told.same[one.id] == told.same.get(other.id):
        return Finding(one.id, other.id, MAILMAP, joins=True)
    together = told.together.get((one.id, other.id), 0)
    rule = rules.first(comparing.compare(one, other, together=together, ordinary=ordinary))
    return None if rule is None else Finding(one.id, other.id, rule.name, rule.joins)


def _without_clashes(found: list[Finding], readers: Mapping[str, Read], told: Told, apart: set[Pair]) -> list[Finding]:
    """Let a group only suggest where it would put two of different names into one."""
    clash = {
        member
        for group in _components(one for one in found if one.joins)
        if any(pair in apart or _clash(readers[pair[0]], readers[pair[1]], told) for pair in _two(group))
        for member in group
    }
    return [
        Finding(one.one, one.other, one.why, joins=False) if one.joins and one.one in clash else one for one in found
    ]


def _two(group: Collection[str]) -> Iterator[Pair]:
    return combinations(sorted(group), 2)


def _clash(one: Read, other: Read, told: Told) -> bool:
    """Whether two go by names of two people, and nobody wrote down that they are one."""
    if not one.names or not other.names or (one.id in told.same and told.same[one.id] == told.same.get(other.id)):
        return False
    return all(names.near(mine, theirs) is Near.OTHER for mine in one.names for theirs in other.names)


def _components(findings: Iterable[Finding]) -> list[set[str]]:
    whose: dict[str, str] = {}

    def first(of: str) -> str:
        while whose.setdefault(of, of) != of:
            whose[of] = whose[whose[of]]
            of = whose[of]
        return of

    for one in findings:
        low, high = sorted((first(one.one), first(one.other)))
        whose[high] = low
    found: dict[str, set[str]] = defaultdict(set)
    for member in whose:
        found[first(member)].add(member)
    return list(found.values())


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one <= other else (other, one)
