"""What makes a tie stronger, and that nothing makes it weaker but time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import ibis
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.network.interactions import DAY, LINES, MEETING, NOW, Line, found, log, strength
from twoyes.network import ties

# What rounding may do to a sum whose terms came in another order.
ROUNDING = 1e-12
ASIDE = 100


@pytest.mark.slow(4)
@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=25), st.lists(LINES, min_size=1, max_size=5))
# An older letter of the same week, an answer, company, a meeting.
@example([Line(ago=0)], [Line(ago=3)])
@example([Line(ago=0), Line(ago=300)], [Line(src=2, dst=1, ago=3000)])
@example([Line(ago=0)], [Line(ago=0, others=499), Line(ago=3000, kind=MEETING)])
def test_more_evidence_of_whatever_time_never_lowers_a_tie(lines: list[Line], more: list[Line]) -> None:
    assert_never_lower(lines, [*lines, *more])


@pytest.mark.slow(2)
@settings(max_examples=30, deadline=None)
@given(st.lists(LINES, max_size=15), LINES, st.integers(1, 30))
def test_less_company_never_lowers_a_tie(lines: list[Line], line: Line, company: int) -> None:
    assert_never_lower([*lines, replace(line, others=line.others + company)], [*lines, line])


def assert_never_lower(before: list[Line], after: list[Line]) -> None:
    """No tie is weaker after; both logs are asked as one, with other people."""
    aside = [replace(line, src=line.src + ASIDE, dst=line.dst + ASIDE) for line in after]
    all_found = found([*before, *aside])
    for (one, other), (was, _) in all_found.items():
        assert 0 < was < 1
        if one < ASIDE:
            assert all_found[one + ASIDE, other + ASIDE][0] >= was - ROUNDING


@pytest.mark.slow(2)
@settings(max_examples=15, deadline=None)
@given(st.lists(LINES, max_size=15), st.integers(1, 300))
def test_without_news_time_lets_every_tie_fade(lines: list[Line], weeks: int) -> None:
    now, then = found(lines), found([replace(line, ago=line.ago + 7 * weeks) for line in lines])
    assert now.keys() == then.keys()
    assert all(0 < then[pair][0] < was for pair, (was, _) in now.items())


def test_what_came_after_the_moment_is_not_looked_at() -> None:
    assert found([Line(ago=-1)]) == {}
    assert found([Line(ago=5), Line(ago=-1)]) == found([Line(ago=5)])


def test_unknown_is_no_row_and_a_letter_to_oneself_is_no_tie() -> None:
    assert found([]) == {}
    assert found([Line(src=1, dst=1)]) == {}


def test_the_tie_of_whoever_writes_is_the_stronger_one() -> None:
    ties_found = found([Line(src=1, dst=2, ago=day) for day in range(0, 60, 7)] + [Line(src=2, dst=1, ago=9)])
    assert ties_found[1, 2][0] > ties_found[2, 1][0]
    mine, theirs = ties_found[1, 2][1], ties_found[2, 1][1]
    assert (mine.out, mine.back, mine.weeks_out) == (theirs.back, theirs.out, theirs.weeks_back) == (9, 1, 9)


def test_letters_both_ways_outweigh_as_many_one_way() -> None:
    one_way = [Line(src=1, dst=2, ago=day) for day in range(0, 80, 2)]
    both = [replace(line, src=2, dst=1) if number % 2 else line for number, line in enumerate(one_way)]
    assert strength(*one_way) < 0.6 < strength(*both)


def test_however_much_somebody_writes_they_are_not_near_until_one_answers() -> None:
    flood = [Line(src=2, dst=1, ago=day / 3) for day in range(3000)]
    assert ties.level(strength(*flood)) is ties.Level.KNOWN
    assert ties.level(strength(*flood, Line(src=1, dst=2))) is ties.Level.STRONG


def test_a_letter_to_one_outweighs_the_same_to_many() -> None:
    assert strength(Line(others=0)) > strength(Line(others=1)) > strength(Line(others=30)) > 0


def test_letters_of_different_weeks_outweigh_as_many_in_one() -> None:
    # All lie so that the one week is not older than the many.
    assert strength(*[Line(ago=2 + 7 * week) for week in range(10)]) > strength(*[Line(ago=2 + 7)] * 10)


def test_a_meeting_outweighs_a_letter_each_way() -> None:
    assert strength(Line(kind=MEETING, ago=3)) > strength(Line(ago=3), Line(src=2, dst=1, ago=3))
    there, back = found([Line(kind=MEETING)])[1, 2], found([Line(kind=MEETING)])[2, 1]
    assert there == back
    assert there[1].meetings == 1


def test_the_facts_are_those_of_the_log() -> None:
    lines = [
        Line(ago=400, opens=True),
        Line(ago=399.9),
        Line(ago=10, others=3, opens=True),
        Line(src=2, dst=1, ago=12),
        Line(ago=30, kind=MEETING, others=2),
    ]
    _, facts = found(lines)[1, 2]
    assert (facts.out, facts.back, facts.weeks_out, facts.weeks_back, facts.meetings) == (3, 1, 2, 1, 1)
    assert (facts.direct_out, facts.direct_back, facts.opened_out, facts.opened_back) == (2, 1, 2, 0)
    assert (facts.first, facts.last) == (NOW - 400 * DAY, NOW - 10 * DAY)
    assert (facts.last_out, facts.last_back, facts.last_met) == tuple(NOW - ago * DAY for ago in (10, 12, 30))


def test_a_log_that_does_not_tell_who_begins_says_nothing_of_it() -> None:
    old = log([Line(opens=True)]).drop("opens")
    row = ties.strengths(old, NOW).to_pyarrow().to_pylist()[0]
    assert (row["out"], row["opened_out"]) == (1, 0)


def test_it_is_one_expression_that_reads_the_log_once() -> None:
    sql = str(ibis.to_sql(ties.strengths(log([Line()]), NOW)))
    assert sql.count("ibis_pyarrow_memtable") == 1


def test_neither_the_room_nor_its_ties_load_an_engine() -> None:
    program = "import sys, twoyes.network.ties; print(*sorted({'duckdb', 'ibis', 'pyarrow'} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


def test_slices_are_the_whole_without_a_pair_in_two_of_them() -> None:
    people = [number * 0x5851F42D4C957F2D % 2**63 for number in range(12)]
    lines = [Line(src=one, dst=other, ago=3) for one in people for other in people]
    slices = [
        ties.strengths(ties.sliced(log(lines), number, 4), NOW).select("one", "other").to_pyarrow().to_pylist()
        for number in range(4)
    ]
    assert all(slices)
    pairs = [(row["one"], row["other"]) for rows in slices for row in rows]
    assert len(pairs) == len(set(pairs)) == 66
