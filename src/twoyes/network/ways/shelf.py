"""A connector's graph on the disk: the path index, and beside it what is known of each tie. Swapped by a rename."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from twoyes.lib import env
from twoyes.network.ties import Facts, facts_of
from twoyes.network.warm import WarmIndex
from twoyes.network.ways.mine import Mine, Rhythm
from twoyes.network.ways.plan import Plan
from twoyes.network.ways.shared import Threads

type Array = Any

_COUNTS = "out back weeks_out weeks_back direct_out direct_back opened_out opened_back meetings weeks_met".split()
_MOMENTS = "first last last_out last_back last_met".split()
_WEIGHTS = "weight_out weight_back weight_met strength strength_back".split()
# Of each pair of nodes, in the order of their numbers, all that `ties.Facts` tells; `given`: a file told of it, too.
FACTS = [
    ("one", "<i4"),
    ("other", "<i4"),
    *((name, "<u4") for name in _COUNTS),
    *((name, "<i8") for name in _MOMENTS),
    *((name, "<f4") for name in _WEIGHTS),
    ("given", "?"),
]
_CURRENT, _PICTURE = "current.json", "picture.json"
# One more whenever what lies in the files is another: a graph of an earlier version is as good as none, and made anew.
_FORMAT = 2
# A graph that somebody reads this moment is not deleted under them: the last two stay.
_KEPT = 2


@dataclass(frozen=True)
class Shelf:
    """A graph as it is read: nodes by number, their ids, the facts of their ties, and what the owner looks back on."""

    version: Path
    nodes: Sequence[str]
    numbers: dict[str, int]
    facts: Array
    note: Note
    mine: Mine
    threads: Threads

    @property
    def made_at(self) -> str:
        """When the graph was made (ISO 8601)."""
        return self.note.made_at

    @cached_property
    def index(self) -> WarmIndex:
        """The path index. It needs a compiler, which whoever only reads facts shall not load."""
        index = WarmIndex.open(self.version / "index")
        index.warm()
        return index

    def rhythm(self, node: int) -> Rhythm | None:
        """Return the letters between the owner and somebody, in the last three years; None where there were none."""
        return self.mine.rhythm_of(node, self.note.made_at)

    def between(self, one: int, other: int) -> Known | None:
        """Return what is known of the tie of two nodes as the first sees it; None where nothing is."""
        import numpy as np

        low, high = min(one, other), max(one, other)
        begin, end = np.searchsorted(self.facts["one"], [low, low + 1])
        row = begin + np.searchsorted(self.facts["other"][begin:end], high)
        if row >= end or self.facts["other"][row] != high:
            return None
        told = dict(zip(self.facts.dtype.names, self.facts[row].item(), strict=True))
        told |= {name: told[name] or None for name in _MOMENTS}
        strength, facts = facts_of(told, turned=one > other)
        return Known(strength, facts, told["given"])


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a tie: how strong it is, what mail and calendars show of it, and whether a file tells of it."""

    strength: float
    facts: Facts
    given: bool

    @property
    def seen(self) -> bool:
        """Say whether a letter or a meeting shows it."""
        return bool(self.facts.out or self.facts.back or self.facts.meetings)


def folder(owner_id: str) -> Path:
    """Return where a connector's graph lies."""
    return env.data_dir() / "network" / owner_id / "ways"


class Note(NamedTuple):
    """What the graph in force is: its folder, when it was made (ISO 8601), and of which state of book and log.

    `sources` are the archives that it shows; what they show ends at `until` (seconds since 1970, 0 for nothing).
    """

    folder: str
    made_at: str
    of: str
    sources: tuple[str, ...] = ()
    until: int = 0
    format: int = _FORMAT


def note(owner_id: str) -> Note | None:
    """Return what is in force; None where no graph was ever made that this version reads."""
    try:
        told = json.loads((folder(owner_id) / _CURRENT).read_text("utf-8"))
    except FileNotFoundError:
        return None
    if told.get("format") != _FORMAT:
        return None
    sources, until = tuple(told.get("sources", ())), told.get("until", 0)
    return Note(told["folder"], told["made_at"], told["of"], sources, until)


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph as it is written: the ids of the nodes, the facts of each pair, the ties both ways, and its picture."""

    nodes: Sequence[str]
    facts: Array
    ties: tuple[Array, Array, Array]
    plan: Plan
    mine: Mine
    threads: Threads
    sources: tuple[str, ...] = ()


def put(owner_id: str, graph: Graph, *, made_at: str, of: str) -> None:
    """Write a graph and let it take the place of the one that is there."""
    import numpy as np

    until = int(graph.facts["last"].max(initial=0))

    place = folder(owner_id)
    version = place / f"v-{uuid4().hex}"
    version.mkdir(parents=True, mode=0o700)
    # What the compiler makes of its code for this machine is kept on the disk, so that no page waits for that.
    WarmIndex.build(*graph.ties, version / "index", nodes=len(graph.nodes)).warm()
    np.save(version / "facts.npy", graph.facts)
    graph.mine.save(version)
    graph.threads.save(version)
    (version / "nodes.json").write_text(json.dumps(graph.nodes), "utf-8")
    (version / _PICTURE).write_text(json.dumps(graph.plan._asdict()), "utf-8")
    written = place / f"{version.name}.json"
    written.write_text(json.dumps(Note(version.name, made_at, of, graph.sources, until)._asdict()), "utf-8")
    written.replace(place / _CURRENT)
    old = sorted((one for one in place.glob("v-*") if one.is_dir()), key=lambda one: one.stat().st_mtime_ns)
    for one in old[:-_KEPT]:
        shutil.rmtree(one, ignore_errors=True)


def take_away(owner_id: str) -> None:
    """Delete a connector's graph."""
    shutil.rmtree(folder(owner_id), ignore_errors=True)


def plan(owner_id: str) -> Plan | None:
    """Return where everybody stands in the picture of the graph in force; None where none was ever made."""
    made = note(owner_id)
    path = folder(owner_id) / made.folder / _PICTURE if made is not None else None
    # A graph that an earlier version made has no picture yet.
    return Plan(**json.loads(path.read_text("utf-8"))) if path is not None and path.exists() else None


_opened: dict[str, tuple[str, Shelf]] = {}
# A web process of a community does not hold every connector's: they are mapped, not read, but their ids are.
_MOST_OPEN = 8


def opened(owner_id: str) -> Shelf | None:
    """Return the graph in force, kept open between calls; None where none was ever made."""
    made = note(owner_id)
    if made is None:
        return None
    known = _opened.get(owner_id)
    if known is None or known[0] != made.folder:
        while len(_opened) >= _MOST_OPEN:
            _opened.pop(next(iter(_opened)), None)
        known = _opened[owner_id] = made.folder, _read(folder(owner_id) / made.folder, made)
    return known[1]


def open_ahead(owner_id: str) -> None:
    """Begin to open the path index for a question that is being typed; it takes about a second once a process."""
    graph = opened(owner_id)
    if graph is not None and "index" not in vars(graph):
        threading.Thread(target=lambda: graph.index, name="path index", daemon=True).start()


def _read(version: Path, made: Note) -> Shelf:
    import numpy as np

    nodes = json.loads((version / "nodes.json").read_text("utf-8"))
    facts = np.load(version / "facts.npy", mmap_mode="r")
    numbers = {node: number for number, node in enumerate(nodes)}
    return Shelf(version, nodes, numbers, facts, made, Mine.read(version), Threads.read(version))
