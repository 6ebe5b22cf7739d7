"""Night by night, reading new parts only, ties come out as from the whole log at once."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import ibis
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from tests.network.interactions import DAY, LINES, NOW, Line, found, log, read, table
from twoyes.network import ties
from twoyes.network.ties import Facts
from twoyes.network.ties.carrying import Carried, carry

type Found = dict[tuple[int, int], tuple[float, Facts]]
# Dated up to three nights after the first of them.
NIGHTS = st.lists(
    st.lists(
        st.builds(lambda line, early: replace(line, ago=line.ago - early), LINES, st.integers(0, 3)),
        min_size=1,
        max_size=8,
    ),
    min_size=1,
    max_size=3,
)


def part(folder: Path, number: int, lines: list[Line]) -> Path:
    path = folder / f"part-{number}.parquet"
    parquet.write_table(table(lines), path)
    return path


def strengths(carried: Carried, at: int) -> Found:
    weeks = ibis.duckdb.connect().read_parquet(str(carried.weeks))
    return read(ties.from_weeks(weeks, at).to_pyarrow().to_pylist())


def assert_same(found_now: Found, expected: Found) -> None:
    assert found_now.keys() == expected.keys()
    for pair, (strength, facts) in expected.items():
        assert found_now[pair][0] == pytest.approx(strength, rel=1e-9, abs=1e-12)
        assert _exact(found_now[pair][1]) == _exact(facts)


def _exact(facts: Facts) -> Facts:
    return replace(facts, weight_out=0, weight_back=0, weight_met=0)


@pytest.mark.slow(6)
# Each night starts an engine: few examples, and none of them made smaller for minutes.
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(NIGHTS)
def test_night_by_night_gives_what_the_whole_log_gives(nights: list[list[Line]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, parts = Path(name), []
        for number, lines in enumerate(nights):
            parts.append(part(folder, number, lines))
            assert carry(folder / "ties", parts, NOW + number * DAY).read == (parts[-1],)
        last = NOW + (len(nights) - 1) * DAY
        carried = carry(folder / "ties", parts, last)
        whole = found([line for lines in nights for line in lines], last)
        assert_same(strengths(carried, last), whole)


def test_what_was_read_is_not_read_again_not_even_looked_for(tmp_path: Path) -> None:
    first = part(tmp_path, 1, [Line(ago=9)])
    carry(tmp_path / "ties", [first], NOW)
    first.unlink()
    second = part(tmp_path, 2, [Line(ago=2)])
    carried = carry(tmp_path / "ties", [first, second], NOW)
    assert carried.read == (second,)
    assert_same(strengths(carried, NOW), found([Line(ago=9), Line(ago=2)]))
    assert carry(tmp_path / "ties", [first, second], NOW) == Carried(carried.weeks, ())


def test_what_is_dated_in_the_future_counts_when_its_day_has_come(tmp_path: Path) -> None:
    lines = [Line(ago=1), Line(ago=-2)]
    parts = [part(tmp_path, 1, lines)]
    assert_same(strengths(carry(tmp_path / "ties", parts, NOW), NOW), found(lines[:1]))
    later = NOW + 3 * DAY
    carried = carry(tmp_path / "ties", parts, later)
    assert carried.read == ()
    assert_same(strengths(carried, later), found(lines, later))


def test_a_part_that_went_makes_the_others_be_read_anew(tmp_path: Path) -> None:
    parts = [part(tmp_path, number, [Line(dst=number)]) for number in (2, 3)]
    carry(tmp_path / "ties", parts, NOW)
    carried = carry(tmp_path / "ties", parts[1:], NOW)
    assert carried.read == (parts[1],)
    assert strengths(carried, NOW).keys() == {(1, 3), (3, 1)}
    assert len(list((tmp_path / "ties").iterdir())) == 2


def test_a_moment_before_the_last_one_reads_everything_anew(tmp_path: Path) -> None:
    parts = [part(tmp_path, 1, [Line(ago=1), Line(ago=9)])]
    carry(tmp_path / "ties", parts, NOW)
    carried = carry(tmp_path / "ties", parts, NOW - 5 * DAY)
    assert carried.read == tuple(parts)
    assert strengths(carried, NOW)[1, 2][1].out == 1


def test_a_log_without_parts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without parts"):
        carry(tmp_path, [], NOW)


def test_two_addresses_of_one_person_share_their_weeks() -> None:
    lines = [Line(dst=2, ago=8), Line(dst=3, ago=8), Line(src=3, dst=1, ago=4), Line(src=2, dst=3, ago=4)]
    weeks = ties.weekly(log(lines), NOW)
    merged = weeks.mutate(src=_as_one(weeks.src), dst=_as_one(weeks.dst))
    answered = read(ties.from_weeks(ties.summed(merged), NOW).to_pyarrow().to_pylist())
    as_one = [replace(line, src=min(line.src, 2), dst=min(line.dst, 2)) for line in lines]
    assert_same(answered, found(as_one))


def _as_one(people: ibis.Value) -> ibis.Value:
    return ibis.least(people, ibis.literal(2))
