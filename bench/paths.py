"""Warm paths: our index beside PostgreSQL, DuckDB, brute force and what the memory alone takes.

Each size is measured in a process of its own: `python -m bench.paths PEOPLE TIES` prints its rows as JSON. Only public
functions are timed, warm, pair by pair; whoever answers otherwise than brute force fails the run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench import graphs
from bench.peers import Way
from bench.peers.brute import Brute
from bench.peers.databases import DuckDB, PostgreSQL
from bench.peers.memory import Memory
from tests.support.parts import ROOT
from twoyes.network import WarmIndex

SIZES = ((100_000, 2_000_000), (1_000_000, 40_000_000))
RANDOM, HUBS = 10_000, 1_000
# Pairs that are compared with brute force, of each kind, and pairs that databases have time for.
COMPARED, PEERS_RANDOM, PEERS_HUBS = 1_000, 300, 30
BUILDS, OPENINGS = 3, 20

type Rows = list[tuple[str, float | str, str]]
type Pairs = Sequence[tuple[int, int]]
type Kinds = dict[str, Pairs]


def run() -> Rows:
    """Return the figures of every size. TWOYES_BENCH_TIES limits the sizes, for a quick look."""
    most = int(os.environ.get("TWOYES_BENCH_TIES", "0")) or max(ties for _people, ties in SIZES)
    rows: Rows = []
    for people, ties in SIZES:
        if ties > most:
            continue
        command = [sys.executable, "-m", "bench.paths", str(people), str(ties)]
        done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
        rows += [(what, value, unit) for what, value, unit in json.loads(done.stdout.splitlines()[-1])]
    return rows


def measure(people: int, ties: int, place: Path) -> Rows:
    """Return the figures of one size."""
    graph = graphs.made(people, ties)
    size = f"{_brief(people)} people, {_brief(ties)} ties"
    _say(f"{size}: {graph.sources.size:,} ties, {int(graph.degrees().max()):,} at the largest hub")
    rows = _building(graph, place, size)
    index = WarmIndex.open(place)
    index.warm()
    kinds: Kinds = {"random pairs": graphs.pairs(graph, RANDOM), "hubs": graphs.pairs(graph, HUBS, graph.hubs())}
    _compare(index, graph, kinds)
    ours = {kind: _times(index.warm_paths, pairs) for kind, pairs in kinds.items()}
    for kind, times in ours.items():
        rows += _spread(f"warm paths, {kind}, {size}", times)
    rows.append((f"hubs beside random pairs, {size}", float(np.median(ours["hubs"])) / _median(ours), "ratio"))
    rows += _limit(index, kinds, size)
    for peer in (DuckDB, PostgreSQL):
        rows += _beside(peer(graph), index, kinds, size)
    return rows


def _building(graph: graphs.Graph, place: Path, size: str) -> Rows:
    WarmIndex.build([0], [1], [0.5], place)
    took = min(_timed(lambda: _build(graph, place)) for _ in range(BUILDS))
    kept = sum(file.stat().st_size for file in place.rglob("*.npy"))
    opened = float(np.median([_timed(lambda: WarmIndex.open(place)) for _ in range(OPENINGS)]))
    count = graph.sources.size
    return [
        (f"index built, {size}", took / count * 1e6, "µs a tie"),
        (f"index on the disk, {size}", kept / count, "bytes a tie"),
        (f"index opened, {size}", opened * 1e3, "ms"),
    ]


def _build(graph: graphs.Graph, place: Path) -> None:
    WarmIndex.build(graph.sources, graph.targets, graph.strengths, place, nodes=graph.people)


def _compare(index: WarmIndex, graph: graphs.Graph, kinds: Kinds) -> None:
    brute = Brute(graph)
    for kind, pairs in kinds.items():
        some = pairs[:COMPARED]
        for pair in some:
            found = _ways(index, pair)
            assert found == brute.paths(*pair), f"{pair}: not what brute force finds"
        _say(f"equal to brute force: {len(some)} {kind}")


def _limit(index: WarmIndex, kinds: Kinds, size: str) -> Rows:
    memory = Memory(index)
    rows: Rows = []
    for kind, pairs in kinds.items():
        some = pairs[:COMPARED]
        answers = [index.warm_paths(*pair) for pair in some]
        plans = [
            memory.plan(*pair, found[-1].warmth if len(found) == 10 else 0.0)
            for pair, found in zip(some, answers, strict=True)
        ]
        memory.read(plans[0])
        bare, ours = _times(memory.read, [(plan,) for plan in plans]), _times(index.warm_paths, some)
        again = _times(memory.read, [(plan,) for plan in plans])
        for name, part in (("p50", 50), ("p99", 99)):
            least = min(float(np.percentile(one, part)) for one in (bare, again))
            what = f"warm paths beside the memory's limit, {kind}, {name}, {size}"
            rows.append((what, float(np.percentile(ours, part)) / least, "ratio"))
        rows.append((f"memory's limit, {kind}, p50, {size}", float(np.median(bare)) * 1e3, "ms"))
    return rows


def _beside(peer: Any, index: WarmIndex, kinds: Kinds, size: str) -> Rows:
    rows: Rows = []
    for kind, pairs in kinds.items():
        some = pairs[: PEERS_HUBS if kind == "hubs" else PEERS_RANDOM]
        for pair in some:
            peer.paths(*pair)
        answers: dict[tuple[int, int], list[Way]] = {}
        theirs = _times(_kept(peer.paths, answers), some)
        ours = _times(index.warm_paths, some)
        for pair, found in answers.items():
            assert found == _ways(index, pair), f"{peer.version}, {pair}: another answer"
        rows += _spread(f"{peer.version}, {kind}, {size}", theirs)
        for name, part in (("p50", 50), ("p99", 99)):
            times = float(np.percentile(theirs, part)) / float(np.percentile(ours, part))
            rows.append((f"warm paths beside {peer.version}, {kind}, {name}, {size}", times, "times faster"))
    peer.close()
    return rows


def _kept(
    work: Callable[[int, int], list[Way]], answers: dict[tuple[int, int], list[Way]]
) -> Callable[[int, int], None]:
    return lambda one, other: answers.__setitem__((one, other), work(one, other))


def _ways(index: WarmIndex, pair: tuple[int, int]) -> list[Way]:
    return [Way(path.nodes, path.warmth) for path in index.warm_paths(*pair)]


def _times(work: Callable[..., object], given: Iterable[tuple[Any, ...]]) -> Any:
    """Return how long each took, in seconds: the median of three rounds, since these machines are shared."""
    some = list(given)
    rounds = [[_timed(lambda: work(*one)) for one in some] for _ in range(3)]  # noqa: B023 - called at once
    return np.median(np.array(rounds), axis=0)


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _spread(what: str, times: Any) -> Rows:
    return [(f"{what}, p{part}", float(np.percentile(times, part)) * 1e3, "ms") for part in (50, 99)]


def _median(times: dict[str, Any]) -> float:
    return float(np.median(times["random pairs"]))


def _brief(count: int) -> str:
    return f"{count // 1_000_000} M" if count >= 1_000_000 else f"{count // 1_000} k"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> None:
    """Measure one size; the last line is its rows as JSON."""
    people, ties = (int(one) for one in sys.argv[1:])
    from tests.support import postgres

    try:
        with tempfile.TemporaryDirectory(prefix="twoyes-bench-") as place:
            print(json.dumps(measure(people, ties, Path(place))))
    finally:
        postgres.stop()


if __name__ == "__main__":
    main()
