"""The path index against brute force, and what it refuses, keeps and replaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twoyes.network import WarmIndex, WarmPath

type Tie = tuple[int, int, float]

STRENGTHS = st.one_of(st.sampled_from([0.25, 0.5, 1.0]), st.floats(0.125, 1.0, width=32))


def brute(ties: Sequence[Tie], source: int, target: int, *, k: int, steps: int) -> list[WarmPath]:
    """Every simple path, sorted as the index promises."""
    strongest: dict[int, dict[int, float]] = {}
    for one, other, strength in ties:
        if one != other:
            row = strongest.setdefault(one, {})
            row[other] = max(row.get(other, 0.0), float(np.float32(strength)))

    def walk(nodes: tuple[int, ...], strengths: tuple[float, ...]) -> Iterator[WarmPath]:
        if nodes[-1] == target:
            warmth = strengths[0]
            for strength in strengths[1:]:
                warmth = warmth * strength
            yield WarmPath(nodes, strengths, warmth)
        elif len(strengths) < steps:
            for other, strength in strongest.get(nodes[-1], {}).items():
                if other not in nodes:
                    yield from walk((*nodes, other), (*strengths, strength))

    found = walk((source,), ()) if source != target else iter(())
    return sorted(found, key=lambda path: (-path.warmth, path.nodes))[:k]


def built(ties: Sequence[Tie], place: Path, *, nodes: int | Sequence[str] | None = None) -> WarmIndex:
    columns = [np.array([tie[column] for tie in ties]) for column in range(3)]
    return WarmIndex.build(columns[0].astype(int), columns[1].astype(int), columns[2], place, nodes=nodes)


@settings(max_examples=150, deadline=None)
@given(
    ties=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), STRENGTHS), max_size=45),
    k=st.integers(1, 12),
    steps=st.integers(1, 3),
)
def test_the_warmest_paths_are_those_of_brute_force(
    tmp_path_factory: pytest.TempPathFactory, ties: list[Tie], k: int, steps: int
) -> None:
    index = built(ties, tmp_path_factory.getbasetemp() / "brute", nodes=9)
    for source in range(9):
        for target in range(9):
            assert index.warm_paths(source, target, k, steps) == brute(ties, source, target, k=k, steps=steps)


@pytest.mark.parametrize("equal", [True, False])
def test_among_hubs_too_and_where_every_tie_is_alike(tmp_path: Path, equal: bool) -> None:
    """Two hubs and a crowd between them: rows longer than what is sorted by insertion, and both directions."""
    random = np.random.default_rng(3)
    crowd = range(2, 90)
    ties = [(0, one, 0.5) for one in crowd] + [(one, 1, 0.5) for one in crowd]
    ties += [(int(a), int(b), 0.5) for a, b in random.integers(2, 90, (900, 2))]
    if not equal:
        ties = [(a, b, float(strength)) for (a, b, _s), strength in zip(ties, random.random(len(ties)), strict=True)]
        ties = [(a, b, max(strength, 0.001)) for a, b, strength in ties]
    index = built(ties, tmp_path)
    for source, target in ((0, 1), (0, 40), (40, 1), (30, 31), (1, 0)):
        assert index.warm_paths(source, target, 10) == brute(ties, source, target, k=10, steps=3)


@pytest.mark.parametrize("alike", [1, 4, 1_000_000])
def test_rows_of_any_length_have_the_strongest_first_and_equals_in_the_order_of_their_numbers(alike: int) -> None:
    from twoyes.network.warm import kernels

    random = np.random.default_rng(7)
    offsets = np.cumsum([0, 0, 1, 2, 47, 48, 49, 96, 97, 145, 1_000, 0], dtype=np.uint32)
    tie = (random.integers(1, alike + 1, offsets[-1]) / alike).astype(np.float32)
    other, strengths = np.arange(tie.size, dtype=np.int32), tie.copy()
    kernels.strongest_first(offsets, other, strengths)
    for begin, end in pairwise(offsets):
        assert other[begin:end].tolist() == (begin + np.argsort(-tie[begin:end], kind="stable")).tolist()
    assert np.array_equal(strengths, tie[other])


@pytest.mark.parametrize("kind", ["all different", "all alike", "few ways", "crossed", "directly too"])
def test_of_a_great_hub_it_matters_too_who_is_far_from_it(tmp_path: Path, kind: str) -> None:
    """Many more neighbours than are looked at first (`_MARKED`): the others count where the first do not suffice."""
    random = np.random.default_rng(7)
    count = 2500
    crowd = range(2, count + 2)
    near, far = random.uniform(0.01, 1, count), random.uniform(0.01, 1, count)
    if kind == "all alike":
        near, far = np.full(count, 0.5), np.full(count, 0.5)
    if kind == "crossed":
        # Who is close to the one is far from the other, up to where nobody looks at first.
        near = np.where(np.argsort(np.argsort(-far)) < 1100, 0.01, 1.0) * random.uniform(0.9, 1, count)
    # With few ways, only those who are far from the hub are known by anybody.
    known = [*crowd] if kind != "few ways" else [2 + int(one) for one in np.argsort(far)[:40]]
    ties = [
        (0, one, float(strength))
        for one, strength in zip(crowd, near, strict=True)
        if kind == "crossed" or one in {*known[:700]}
    ]
    ties += [(one, 1, float(strength)) for one, strength in zip(crowd, far, strict=True)]
    ties += [(int(a), int(b), 0.9) for a, b in random.integers(2, count + 2, (1500, 2))]
    ties += [(0, 1, 0.02)] * (kind == "directly too")
    index = built(ties, tmp_path)
    for source, target in ((0, 1), (known[0], 1), (0, known[-1])):
        for k in (1, 10, 900):
            assert index.warm_paths(source, target, k) == brute(ties, source, target, k=k, steps=3)


def test_a_path_tells_its_nodes_strengths_warmth_and_weakest_step(tmp_path: Path) -> None:
    index = built([(0, 1, 0.5), (1, 2, 0.25)], tmp_path, nodes=["cora", "tom", "kim"])
    (path,) = index.warm_paths("cora", "kim")
    assert path == WarmPath(("cora", "tom", "kim"), (0.5, 0.25), 0.125)
    assert path.weakest == 0.25
    assert (index.people, index.ties) == (3, 2)


def test_a_tie_leads_one_way_and_nobody_leads_to_themselves(tmp_path: Path) -> None:
    index = built([(0, 1, 0.5), (1, 1, 1.0)], tmp_path)
    assert index.warm_paths(1, 0) == index.warm_paths(1, 1) == []
    assert index.ties == 1


def test_of_several_ties_one_way_the_strongest_counts(tmp_path: Path) -> None:
    index = built([(0, 1, 0.25), (0, 1, 0.75), (0, 1, 0.5)], tmp_path)
    assert [path.warmth for path in index.warm_paths(0, 1)] == [0.75]
    assert index.ties == 1


def test_nothing_at_all_is_an_index_too(tmp_path: Path) -> None:
    index = built([], tmp_path, nodes=3)
    assert (index.people, index.ties) == (3, 0)
    assert index.warm_paths(0, 2) == []
    assert built([], tmp_path / "nobody").people == 0


@pytest.mark.parametrize(
    ("sources", "targets", "strengths", "nodes", "sentence"),
    [
        ([0], [1], [0.0], None, "above 0 and at most 1"),
        ([0], [1], [1.5], None, "above 0 and at most 1"),
        ([0], [1], [float("nan")], None, "above 0 and at most 1"),
        ([0], [1, 2], [0.5], None, "three arrays of one length"),
        ([0.5], [1], [0.5], None, "whole numbers"),
        ([-1], [1], [0.5], None, "from 0"),
        ([0], [2], [0.5], 2, "there are 2 nodes, and a tie names node 2"),
        ([0], [1], [0.5], ["a", "a"], "the same name"),
        ([0], [1], [[0.5]], None, "one array"),
    ],
)
def test_what_is_no_tie_is_refused_and_the_index_that_is_there_stays(
    tmp_path: Path, sources: list[int], targets: list[int], strengths: list[float], nodes: object, sentence: str
) -> None:
    built([(0, 1, 0.5)], tmp_path)
    with pytest.raises(ValueError, match=sentence):
        WarmIndex.build(sources, targets, strengths, tmp_path, nodes=nodes)  # type: ignore[arg-type]
    assert WarmIndex.open(tmp_path).warm_paths(0, 1)


def test_whoever_is_not_there_is_a_key_error_and_other_steps_a_value_error(tmp_path: Path) -> None:
    index = built([(0, 1, 0.5)], tmp_path)
    for source, target in ((0, 2), (-1, 0), (2, 0)):
        with pytest.raises(KeyError):
            index.warm_paths(source, target)
    for steps in (0, 4):
        with pytest.raises(ValueError, match="one, two or three"):
            index.warm_paths(0, 1, max_steps=steps)
    assert index.warm_paths(0, 1, k=0) == []


def test_a_new_version_takes_the_place_of_the_old_which_stays_open_for_who_has_it(tmp_path: Path) -> None:
    old = built([(0, 1, 0.5)], tmp_path)
    new = built([(0, 1, 0.25)], tmp_path)
    assert [index.warm_paths(0, 1)[0].warmth for index in (old, new, WarmIndex.open(tmp_path))] == [0.5, 0.25, 0.25]
    assert len(list(tmp_path.glob("v-*"))) == 1


def test_where_there_is_no_index_or_one_of_another_version_opening_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        WarmIndex.open(tmp_path)
    (tmp_path / "current.json").write_text('{"version": 99, "folder": "v", "labels": false}')
    with pytest.raises(ValueError, match="build it anew"):
        WarmIndex.open(tmp_path)


def test_several_threads_may_ask_at_once(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    ends = random.integers(0, 300, (2, 6000))
    index = WarmIndex.build(ends[0], ends[1], random.random(6000).clip(0.01), tmp_path)
    index.warm()
    pairs = random.integers(0, 300, (400, 2)).tolist()
    alone = [index.warm_paths(*pair) for pair in pairs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda pair: index.warm_paths(*pair), pairs)) == alone


def test_seventeen_bytes_a_tie_are_enough(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    ends = random.integers(0, 5_000, (2, 100_000))
    index = WarmIndex.build(ends[0], ends[1], random.random(100_000).clip(0.01), tmp_path)
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert size <= 17 * index.ties
