"""Conversations that two people share: as many as counting by hand finds, in any log, and nobody's who is erased."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.network.histories import CORA, mail, mbox
from twoyes.lib import addresses
from twoyes.network import importing
from twoyes.network.evidence import evidence
from twoyes.network.log.rewriting import forget_keys
from twoyes.network.ties import engines
from twoyes.network.ways import building, shelf
from twoyes.network.ways.shared import Shared, Threads, count_threads

NODES, AT = 6, 1_000
KIM, ADA = "kim@blades.example", "ada@blades.example"
ROWS = st.fixed_dictionaries(
    {
        "at": st.integers(1, 1_200),
        "src_node": st.integers(0, NODES - 1),
        "dst_node": st.integers(0, NODES - 1),
        "kind": st.sampled_from([0, 0, 0, 1]),
        "thread": st.integers(-3, 3),
    }
)
SCHEMA = pa.schema([(name, pa.int64()) for name in ("at", "src_node", "dst_node", "kind", "thread")])


def counted(rows: list[dict[str, int]]) -> Threads:
    import ibis

    with TemporaryDirectory() as spill:
        table = ibis.memtable(pa.Table.from_pylist(rows, schema=SCHEMA))
        return count_threads(engines.engine(Path(spill)), table, AT, nodes=NODES)


def by_hand(rows: list[dict[str, int]], one: int, other: int) -> Shared:
    there, ended = defaultdict[int, set[int]](set), dict[int, int]()
    for row in rows:
        if row["kind"] == 0 and row["at"] <= AT:
            there[row["thread"]] |= {row["src_node"], row["dst_node"]}
            ended[row["thread"]] = max(ended.get(row["thread"], 0), row["at"])
    both = [thread for thread, people in there.items() if {one, other} <= people]
    last = max((ended[thread] for thread in both), default=None)
    return Shared(len(both), datetime.fromtimestamp(last, UTC).date() if last is not None else None)


@given(rows=st.lists(ROWS, max_size=30))
@pytest.mark.slow(10)
def test_as_many_as_counting_by_hand_finds(rows: list[dict[str, int]]) -> None:
    threads = counted(rows)
    for one, other in combinations(range(NODES), 2):
        assert threads.shared([one], [other]) == by_hand(rows, one, other) == threads.shared([other], [one])


def test_they_survive_the_disk_and_are_nothing_where_none_were_written(tmp_path: Path) -> None:
    row: dict[str, Any] = {"at": 5, "src_node": 0, "dst_node": 3, "kind": 0, "thread": 9}
    counted([row]).save(tmp_path)
    assert Threads.read(tmp_path).shared([0], [3]).count == 1
    assert Threads.read(tmp_path / "nowhere").shared([0], [3]) == Shared()
    assert Threads.read(tmp_path).shared([0], [99]) == Shared(), "a node that came later"


def test_a_conversation_is_one_however_many_letters_and_addresses_it_has(cora: str, tmp_path: Path) -> None:
    letters = [mail(CORA, KIM, day=1, ident="a@m")]
    letters += [mail(KIM, CORA, day=2, ident="b@m", cc=ADA, more="References: <a@m>\n")]
    letters += [mail(CORA, KIM, day=3, ident="c@m", more="References: <a@m> <b@m>\n")]
    letters += [mail(CORA, KIM, day=9, ident="d@m")]
    importing.import_history(cora, [mbox(tmp_path, *letters)])
    building.build(cora, datetime(2019, 12, 1, tzinfo=UTC))
    found = evidence(cora, [addresses.key(KIM)])
    assert (found.shared.count, found.facts.threads) == (2, 2)
    assert found.shared.last == datetime(2019, 1, 16, tzinfo=UTC).date()
    assert found.contact == (datetime(2019, 1, 8, tzinfo=UTC).date(), datetime(2019, 1, 16, tzinfo=UTC).date())
    ada = evidence(cora, [addresses.key(ADA)])
    assert (ada.shared.count, ada.sources) == (1, ("mail",)), "in copy is in it, too"
    assert ada.mail.startswith("No letter between you is seen up to 16 January 2019, though")
    forget_keys([addresses.key(KIM)], datetime(2019, 12, 1, tzinfo=UTC))
    building.build(cora, datetime(2019, 12, 1, tzinfo=UTC))
    graph = shelf.opened(cora)
    assert graph is not None
    assert all(graph.threads.shared([0], [node]).count <= 1 for node in range(1, len(graph.nodes)))
