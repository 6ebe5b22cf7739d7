"""Making a connector's graph from their log, their book and what they know by heart. In child processes alone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from twoyes.network import log
from twoyes.network.log.columns import number
from twoyes.network.models import GivenTie, HiddenKey, Identity
from twoyes.network.own import own_keys
from twoyes.network.ties import engines, from_weeks, summed, with_word
from twoyes.network.ties.carrying import carry
from twoyes.network.ways import drawing, shelf
from twoyes.network.ways.looking_back import look_back
from twoyes.network.ways.mine import Mine
from twoyes.network.ways.shared import Threads, count_threads
from twoyes.people import front as people

if TYPE_CHECKING:
    import ibis

type Array = Any


def build(owner_id: str, at: datetime, *, of: str = "") -> tuple[int, int]:
    """Make the graph anew, as of an instant; return how many people are in it beside its owner, and how many ties.

    `of` tells the state of book and log. Nobody who is not listed or was erased is in it. A person with several
    addresses is one node.
    """
    nodes, numbers, words = _nodes(owner_id)
    sources = log.sources(owner_id)
    pairs, mine, threads = _seen(owner_id, numbers, int(at.timestamp()), nodes=len(nodes))
    rows = _by_heart(_given(_facts(pairs), _handed_in(owner_id, nodes)), words)
    ties = _ties(rows)
    # The cards come first, and each has a word, if only an empty one.
    plan = drawing.draw(nodes, len(words), ties)
    shelf.put(owner_id, shelf.Graph(nodes, rows, ties, plan, mine, threads, sources), made_at=at.isoformat(), of=of)
    return len(nodes) - 1, len(ties[0])


def _nodes(owner_id: str) -> tuple[list[str], dict[int, int], dict[int, str]]:
    """Return the ids of the nodes (the owner's first), the node of each number of the log, and of cards the word."""
    hidden = set(HiddenKey.objects.filter(owner_id=owner_id).values_list("key", flat=True)) | people.unlisted_keys()
    numbers = {number(key): 0 for key in own_keys(owner_id)}
    cards = people.everybody(owner_id)
    left_out = hidden.union(*(card.keys for card in cards if card.not_listed))
    nodes, words = [owner_id], dict[int, str]()
    for card in cards:
        if card.not_listed:
            continue
        node = len(nodes)
        nodes.append(card.id)
        words[node] = card.how_well
        for key in set(card.keys) - left_out:
            numbers.setdefault(number(key), node)
    met = Identity.objects.filter(owner_id=owner_id).order_by("pk").values_list("pk", "key")
    for identity, key in met:
        if key not in left_out and number(key) not in numbers:
            numbers[number(key)] = len(nodes)
            nodes.append(identity)
    return nodes, numbers, words


def _seen(owner_id: str, numbers: dict[int, int], at: int, *, nodes: int) -> tuple[Any, Mine, Threads]:
    """Return every pair that is seen in the log (a table of Arrow), what the owner looks back on, and conversations."""
    import ibis
    import pyarrow as pa

    parts = log.paths(owner_id)
    if not parts:
        nothing = {name: pa.array([], pa.int64()) for name, _type in shelf.FACTS if name != "given"}
        return pa.table(nothing), Mine.nothing(), Threads.nothing()
    place = shelf.folder(owner_id).with_name("weeks")
    carried = carry(place, parts, at)
    engine = engines.engine(place / "spill")
    known = {"number": pa.array(numbers.keys(), pa.int64()), "node": pa.array(numbers.values(), pa.int64())}
    people = ibis.memtable(pa.table(known))
    weeks = _joined(engine.read_parquet(str(carried.weeks)), people)
    rows = _by_nodes(engine.read_parquet([str(path) for path in parts], union_by_name=True), people)
    threads = count_threads(engine, rows, at, nodes=nodes)
    return engine.to_pyarrow(from_weeks(weeks, at)), look_back(engine, weeks, rows, at), threads


def _by_nodes(rows: ibis.Table, nodes: ibis.Table) -> ibis.Table:
    """Return rows of the log or of weeks with their nodes; whoever is no node falls out."""
    by_src = nodes.rename(src="number", src_node="node")
    by_dst = nodes.rename(dst="number", dst_node="node")
    return rows.join(by_src, "src").join(by_dst, "dst")


def _joined(weeks: ibis.Table, nodes: ibis.Table) -> ibis.Table:
    """Return the weeks by nodes instead of addresses; whoever is no node falls out."""
    rows = _by_nodes(weeks, nodes)
    rows = rows.filter(rows.src_node != rows.dst_node).drop("src", "dst").rename(src="src_node", dst="dst_node")
    return summed(rows)


def _facts(pairs: Any) -> Array:
    """Return the pairs as rows of facts, in order."""
    import numpy as np

    rows = np.zeros(pairs.num_rows, np.dtype(shelf.FACTS))
    for name in rows.dtype.names or ():
        if name != "given":
            rows[name] = pairs[name].fill_null(0).to_numpy()
    return np.sort(rows, order=["one", "other"])


def _handed_in(owner_id: str, nodes: list[str]) -> list[tuple[int, int, float]]:
    numbers = {node: at for at, node in enumerate(nodes)}
    ties = GivenTie.objects.filter(owner_id=owner_id).values_list("one", "other", "strength")
    found = [(numbers.get(one), numbers.get(other), strength) for one, other, strength in ties]
    return [(a, b, strength) for a, b, strength in found if a is not None and b is not None and a != b]


def _given(rows: Array, ties: list[tuple[int, int, float]]) -> Array:
    """Add what was handed in as a tie: it counts where the log shows less."""
    import numpy as np

    more = np.zeros(len(ties), rows.dtype)
    for row, (one, other, strength) in zip(more, ties, strict=True):
        row["one"], row["other"] = min(one, other), max(one, other)
        row["strength" if one < other else "strength_back"] = strength
        row["given"] = True
    return _together(rows, more)


def _by_heart(rows: Array, words: dict[int, str]) -> Array:
    """Let the owner's word win, both ways; a card with nothing beside it is weak."""
    import numpy as np

    cards = np.zeros(len(words), rows.dtype)
    cards["other"] = sorted(words)
    rows = _together(rows, cards)
    for place in range(int(np.searchsorted(rows["one"], 1))):
        node = int(rows["other"][place])
        for side in ("strength", "strength_back"):
            known = float(rows[side][place]) or None
            rows[side][place] = with_word(known, words.get(node, ""), card=node in words) or 0.0
    return rows


def _together(rows: Array, more: Array) -> Array:
    """Return rows with more rows, each pair once; of two for one pair, what either knows."""
    import numpy as np

    both = np.sort(np.concatenate([rows, more]), order=["one", "other"])
    if not both.size:
        return both
    begins = np.ones(both.size, bool)
    begins[1:] = (both["one"][1:] != both["one"][:-1]) | (both["other"][1:] != both["other"][:-1])
    starts = np.flatnonzero(begins)
    found = both[starts]
    for name in found.dtype.names or ():
        found[name] = np.maximum.reduceat(both[name], starts)
    return found


def _ties(rows: Array) -> tuple[Array, Array, Array]:
    """Return the ties both ways, without those that are nothing."""
    import numpy as np

    ends = np.concatenate([rows["one"], rows["other"]]), np.concatenate([rows["other"], rows["one"]])
    strengths = np.concatenate([rows["strength"], rows["strength_back"]])
    there = strengths > 0
    return ends[0][there], ends[1][there], strengths[there]
