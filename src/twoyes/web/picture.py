"""/desk/picture/: the connector's network as SVG, each person a link to their card, and the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from twoyes.lib.errors import Refused
from twoyes.network import front as network
from twoyes.web import replies
from twoyes.web.cards import linked_card, linked_id
from twoyes.web.desk_door import Desk, at_desk
from twoyes.web.whom import Told, worked_out

# Colours of communities; the same come again, and each is told in words beside the name.
_COLOURS = 6
# As many names as a line of the table takes before it says how many more there are.
_NAMED = 6
# How large letters are in units of the picture, so that they can be read on a screen and on a phone, and how many fit.
_WIDE, _NARROW = (17.0, 48), (38.0, 9)
_LETTER, _GAP, _MARGIN = 0.58, 6, 4
_TO = {"start": (1, 0), "end": (-1, 0), "over": (0, -1), "under": (0, 1)}
# Up to so many dots each name is given all the room there is.
_FEW = 80
# From so many on dots and lines are drawn smaller (network.css).
_MANY = 150
_RADIUS = {network.Level.STRONG: 13, network.Level.KNOWN: 10}
_LOOKED = 50


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot as it is drawn: `look` are its classes, `side` where its name stands: start, end, over or under; or ""."""

    dot: network.Dot
    radius: int
    look: str
    around: str
    side: str

    @property
    def cx(self) -> str:
        """Where, as no language writes it otherwise."""
        return f"{self.dot.x:.1f}"

    @property
    def cy(self) -> str:
        """Where, from above."""
        return f"{self.dot.y:.1f}"

    @property
    def anchor(self) -> str:
        """Which end of the name is fixed."""
        return self.side if self.side in {"start", "end"} else "middle"

    @property
    def tx(self) -> str:
        """Where the name begins, ends, or has its middle."""
        return f"{self.dot.x + _TO.get(self.side, (0, 0))[0] * (self.radius + _GAP):.1f}"

    @property
    def ty(self) -> str:
        """Where the middle of the name is, from above."""
        return f"{self.dot.y + _TO.get(self.side, (0, 0))[1] * (self.radius + _GAP + _WIDE[0] / 2):.1f}"


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the table, and whom they know as the picture shows it."""

    dot: network.Dot
    knows: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class Part:
    """A community in the table: named after its nearest person, and how many of it are not drawn."""

    group: int
    name: str
    rows: Sequence[Row]
    rest: int


@require_http_methods(["GET", "HEAD"])
@at_desk
def picture(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the network as it was last worked out; `to` is a card to which the warmest way is drawn."""
    owner = desk.connector.id
    card, to = linked_card(request, owner, "to"), linked_id(request, "to")
    way = _way(owner, to, request.GET.getlist("over")) if to else None
    context: dict[str, object] = {"desk": desk, "card": card, "told": Told(way) if way else None}
    shown = network.picture(owner, way)
    if shown is not None:
        marks = _marks(shown)
        context |= {
            "picture": shown,
            "many": len(shown.dots) > _MANY,
            "marks": marks,
            "ties": _ties(shown),
            "rest": [one for one in shown.rest if one.count],
            "parts": _parts(shown),
        }
    context |= worked_out(owner, card)
    return replies.page(request, "picture.html", context)


def _way(owner_id: str, to: str, over: Sequence[str]) -> network.Way | None:
    """Return the warmest way to somebody, or that over these others (`[""]` for none); None where there is no way."""
    try:
        ways = network.warm_paths(owner_id, "me", to, k=_LOOKED).ways
    except Refused:
        return None
    between = [one for one in over if one]
    chosen = [way for way in ways if over and [one.id for one in way.people[1:-1]] == between]
    return next(iter(chosen or ways), None)


def _marks(shown: network.Picture) -> list[Mark]:
    """Return the dots as they are drawn, the nearest last, so that they lie on top."""
    # Names are put where there is room: first those of the way, then by how near they are.
    order = sorted(range(len(shown.dots)), key=lambda at: (shown.dots[at].step < 0, at != 0, at))
    # A name that has room in large letters has it in small ones, on the same side.
    narrow = _named(shown.dots, order, {}, *_NARROW)
    wide = _named(shown.dots, order, narrow, *_WIDE)
    marks = []
    for at in reversed(order):
        dot = shown.dots[at]
        look = [f"g{(dot.group - 1) % _COLOURS + 1 if dot.group else 0}", str(dot.level)]
        look += ["wide"] * (at in wide) + ["narrow"] * (at in narrow)
        look += ["way"] * (dot.step >= 0) + ["me"] * dot.someone.me
        marks.append(Mark(dot, _radius(dot), " ".join(look), shown.groups.get(dot.group, ""), wide.get(at, "")))
    return marks


def _radius(dot: network.Dot) -> int:
    return 15 if dot.someone.me else _RADIUS.get(dot.level, 7)


def _named(
    dots: Sequence[network.Dot], order: Sequence[int], known: Mapping[int, str], size: float, most: int
) -> dict[int, str]:
    """Return on which side of which dots a name stands at this size of letters, so that no two are one upon another.

    `known` are names that have their room already.
    """
    found = dict(known)
    taken = [_box(dots[at], side, size) for at, side in found.items()]
    # Where there is room enough, no name lies on a dot either.
    free = [_around(dot.x, dot.y, _radius(dot)) for dot in dots] if len(dots) <= _FEW else []
    free += _along_way(dots)
    for at in order:
        if at in found or len(found) >= most:
            continue
        for side in _TO if len(dots) <= _FEW or dots[at].step >= 0 else ("start", "end"):
            box = _box(dots[at], side, size)
            inside = box[0] >= _MARGIN and box[2] <= network.SIDE - _MARGIN
            if inside and not any(_meet(box, other) for other in (*taken, *free)):
                taken.append(box)
                found[at] = side
                break
    return found


type _Box = tuple[float, float, float, float]


def _box(dot: network.Dot, side: str, size: float) -> _Box:
    # On a phone dots are larger and names stand further off (network.css).
    length, gap = len(dot.someone.name) * size * _LETTER, _radius(dot) + (_GAP if size < 30 else 3 * _GAP)
    if side in {"start", "end"}:
        left, middle = dot.x + gap if side == "start" else dot.x - gap - length, dot.y
    else:
        left, middle = dot.x - length / 2, dot.y + _TO[side][1] * (gap + size / 2)
    return left, middle - size * 0.6, left + length, middle + size * 0.6


def _around(x: float, y: float, radius: float) -> _Box:
    return x - radius, y - radius, x + radius, y + radius


def _along_way(dots: Sequence[network.Dot]) -> list[_Box]:
    """Return boxes along the way, so that it is crossed by no name."""
    led = sorted((dot for dot in dots if dot.step >= 0), key=lambda dot: dot.step)
    parts = [part / 10 for part in range(2, 9)]
    return [
        _around(one.x + part * (other.x - one.x), one.y + part * (other.y - one.y), _GAP)
        for one, other in pairwise(led)
        for part in parts
    ]


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _ties(shown: network.Picture) -> list[tuple[str, str]]:
    """Return the lines by how strong they are, as one path each; last the way."""
    found: dict[str, list[str]] = {}
    mine = [network.Line(0, at, dot.strength) for at, dot in enumerate(shown.dots) if at and dot.strength > 0]
    for line in [*mine, *shown.lines]:
        look = "way" if line.way else "mine" if line.one == 0 else str(network.level(line.strength))
        one, other = shown.dots[line.one], shown.dots[line.other]
        found.setdefault(look, []).append(f"M{one.x:.1f} {one.y:.1f}L{other.x:.1f} {other.y:.1f}")
    return [(look, "".join(found[look])) for look in ("mine", "weak", "known", "strong", "way") if look in found]


def _parts(shown: network.Picture) -> list[Part]:
    """Return the table, community by community, the nearest person first in each; whoever stands alone comes last."""
    near, rest = network.neighbours(shown), {one.group: one.count for one in shown.rest}
    rows: dict[int, list[Row]] = {group: [] for group in sorted({*rest, *(dot.group for dot in shown.dots[1:])})}
    for at, dot in enumerate(shown.dots):
        if at:
            names = [shown.dots[other].someone.name for other in near.get(at, ())]
            rows[dot.group].append(Row(dot, names[:_NAMED], max(len(names) - _NAMED, 0)))
    groups = sorted(rows, key=lambda group: (group == 0, group))
    return [Part(group, shown.groups.get(group, ""), rows[group], rest.get(group, 0)) for group in groups]
