"""The picture of a network as it is shown: places from the graph's own file, names as they stand on the cards today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import cos, hypot, pi, sin

from twoyes.network.ties import Level, level
from twoyes.network.ways import shelf
from twoyes.network.ways.finding import Someone, Way
from twoyes.network.ways.plan import ALONE, SIDE
from twoyes.people import front as people

# How near to the edge, and how far from the one before, somebody stands who is drawn for a way alone.
_EDGE, _ASIDE = 40.0, 120.0
_TURNS, _ALONG = 16, (0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Dot:
    """Somebody in the picture: where, in which community (from 1; 0 for none), how near, and the place on the way."""

    someone: Someone
    x: float
    y: float
    group: int
    strength: float
    step: int = -1

    @property
    def level(self) -> Level:
        """How near somebody is to the owner, as people say it."""
        return level(self.strength)


@dataclass(frozen=True, slots=True)
class Line:
    """A tie between two dots, told by their places in `Picture.dots`; `way` where the way leads over it."""

    one: int
    other: int
    strength: float
    way: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """How many of a community are not drawn, and where they would be."""

    group: int
    count: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A network as it is drawn; the owner is the first dot. `groups` names each community by its nearest person."""

    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    rest: tuple[Rest, ...]
    groups: dict[int, str]
    made_at: datetime

    @property
    def people(self) -> int:
        """How many people there are beside the owner, drawn or counted."""
        return len(self.dots) - 1 + sum(one.count for one in self.rest)

    @property
    def way(self) -> tuple[Dot, ...]:
        """Whom the way leads over, from its beginning to its end."""
        return tuple(sorted((dot for dot in self.dots if dot.step >= 0), key=lambda dot: dot.step))


def picture(owner_id: str, way: Way | None = None) -> Picture | None:
    """Return the picture of a connector's network, and in it a way; None where nothing was worked out yet.

    Whoever was erased or taken out of lists since it was made is in it no more; a new name is there at once (B4).
    """
    plan, made = shelf.plan(owner_id), shelf.note(owner_id)
    owner = people.connector_by_id(owner_id)
    if plan is None or made is None or owner is None:
        return None
    names = people.listed_names(owner_id, [one[0] for one in plan.people])
    me = Someone(owner_id, owner.name, card=False, me=True)
    dots, places = [Dot(me, *plan.me, 0, 1.0)], dict[int, int]()
    for number, (card, x, y, group, strength) in enumerate(plan.people):
        if card in names:
            places[number] = len(dots)
            dots.append(Dot(Someone(card, names[card]), x, y, group - ALONE, strength))
    lines = [Line(places[a], places[b], s) for a, b, s in plan.ties if a in places and b in places]
    rest = tuple(Rest(group - ALONE, count, x, y) for group, count, x, y in plan.more)
    groups = _groups(dots)
    if way is not None:
        _draw_way(owner_id, dots, lines, way)
    return Picture(tuple(dots), tuple(lines), rest, groups, datetime.fromisoformat(made.made_at))


def neighbours(picture: Picture) -> dict[int, list[int]]:
    """Return for each dot the dots that a drawn tie leads to, the strongest first; the owner is nobody's."""
    found = defaultdict[int, list[int]](list)
    for line in sorted(picture.lines, key=lambda one: -one.strength):
        if 0 not in {line.one, line.other}:
            found[line.one].append(line.other)
            found[line.other].append(line.one)
    return found


def _groups(dots: Sequence[Dot]) -> dict[int, str]:
    """Return the name of each community's nearest person. The nearest come first."""
    names = dict[int, str]()
    for dot in dots[1:]:
        if dot.group:
            names.setdefault(dot.group, dot.someone.name)
    return names


def _draw_way(owner_id: str, dots: list[Dot], lines: list[Line], way: Way) -> None:
    """Mark whom the way leads over, in place; who is not drawn yet is put beside the one before."""
    graph = shelf.opened(owner_id)
    places = {dot.someone.id: place for place, dot in enumerate(dots)}
    for step, one in enumerate(way.people):
        place = places.get(one.id)
        if place is None:
            before = [dots[places[other.id]] for other in way.people[:step]]
            place = places[one.id] = len(dots)
            tie = graph.between(0, graph.numbers[one.id]) if graph is not None and one.id in graph.numbers else None
            dots.append(replace(_beside(before, one, dots), strength=tie.strength if tie is not None else 0.0))
        dots[place] = replace(dots[place], step=step)
    ends_of = [frozenset((places[a.id], places[b.id])) for a, b in pairwise(way.people)]
    led = dict(zip(ends_of, way.steps, strict=True))
    lines[:] = [line for line in lines if frozenset((line.one, line.other)) not in led]
    lines += [Line(min(ends), max(ends), tie.strength, way=True) for ends, tie in led.items()]


def _beside(way: Sequence[Dot], someone: Someone, dots: Sequence[Dot]) -> Dot:
    """Return a dot a little off the last of the way, where there is most room from others and from the way so far."""
    last, kept = way[-1], [(dot.x, dot.y) for dot in dots]
    for one, other in pairwise(way):
        kept += [(one.x + part * (other.x - one.x), one.y + part * (other.y - one.y)) for part in _ALONG]
    angles = [2 * pi * turn / _TURNS for turn in range(_TURNS)]
    spots = [(last.x + _ASIDE * cos(angle), last.y + _ASIDE * sin(angle)) for angle in angles]
    within = [(x, y) for x, y in spots if _EDGE <= x <= SIDE - _EDGE and _EDGE <= y <= SIDE - _EDGE]
    x, y = max(within, key=lambda at: min(hypot(at[0] - x, at[1] - y) for x, y in kept))
    return Dot(someone, round(x, 1), round(y, 1), 0, 0.0)
