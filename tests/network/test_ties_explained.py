"""Each number says why, in plain words: what was seen, what was not, and the connector's own word before all of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from twoyes.network.ties import Facts, explain


def moment(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, 12, tzinfo=UTC).timestamp())


FIRST, LAST, LAST_BACK = moment(2023, 3, 7), moment(2026, 5, 3), moment(2026, 4, 1)
BOTH = Facts(
    out=31,
    back=20,
    weeks_out=14,
    weeks_back=14,
    direct_out=30,
    direct_back=20,
    opened_out=9,
    opened_back=4,
    first=FIRST,
    last=LAST,
    last_out=LAST,
    last_back=LAST_BACK,
    meetings=2,
    weeks_met=2,
    last_met=LAST_BACK,
)


def test_letters_both_ways_are_told_with_weeks_and_who_begins_and_when_they_met() -> None:
    assert explain(BOTH) == (
        "You wrote to each other in 14 different weeks since March 2023, last on 3 May 2026."
        " You write first more often. 2 meetings, the last on 1 April 2026."
    )


def test_the_word_of_the_connector_stands_first() -> None:
    said = explain(Facts(out=1, weeks_out=1, direct_out=1, last_out=LAST, first=LAST, word="You wrote: friends."))
    assert said == "You wrote: friends. You wrote to them in one week, last on 3 May 2026; no answer is seen."


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            Facts(back=3, weeks_back=2, direct_back=3, first=FIRST, last_back=LAST_BACK),
            "They wrote to you in 2 different weeks, last on 1 April 2026; no letter of yours is seen.",
        ),
        (
            Facts(out=9, back=1, weeks_out=5, weeks_back=1, first=FIRST, last_out=LAST, last_back=LAST_BACK),
            (
                "You wrote to them in 5 different weeks and they to you in one week since March 2023,"
                " last on 3 May 2026. Most of it went to several people at once."
            ),
        ),
        (Facts(meetings=1, weeks_met=1, first=LAST, last_met=LAST), "One meeting, on 3 May 2026."),
        (Facts(), "Nothing is seen between you in these sources."),
    ],
)
def test_what_is_not_seen_is_said_as_not_seen(facts: Facts, said: str) -> None:
    assert explain(facts) == said


@pytest.mark.parametrize(
    ("mine", "theirs", "said"),
    [(1, 2, "They write first more often."), (2, 2, "Each of you writes first as often as the other.")],
)
def test_who_writes_first_is_told_where_it_is_known(mine: int, theirs: int, said: str) -> None:
    facts = Facts(out=4, back=4, weeks_out=3, weeks_back=3, direct_out=4, opened_out=mine, opened_back=theirs)
    assert said in explain(facts)
    assert "first" not in explain(Facts(out=4, back=4, weeks_out=3, weeks_back=3, direct_out=4))


def test_facts_are_stored_without_what_was_not_seen_and_come_back_as_they_were() -> None:
    stored = Facts(out=2, last=LAST).as_json()
    assert stored == {"out": 2, "last": LAST}
    assert Facts.from_json({**stored, "of_a_later_version": 1}) == Facts(out=2, last=LAST)
    assert Facts.from_json(BOTH.as_json()) == BOTH
