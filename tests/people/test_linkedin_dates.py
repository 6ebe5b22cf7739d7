"""Dates are read as LinkedIn and spreadsheets write them, and not guessed."""

from datetime import date

import pytest

from twoyes.people.sources.linkedin import dates


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("28 Jan 2024", date(2024, 1, 28)),
        ("1-Feb-24", date(2024, 2, 1)),
        ("30-oct-09", date(2009, 10, 30)),
        ("16.09.2021", date(2021, 9, 16)),
        ("2024-01-28", date(2024, 1, 28)),
        ("Jan 28, 2024", date(2024, 1, 28)),
        ("28 févr. 2024", date(2024, 2, 28)),
        ("3. März 2024", date(2024, 3, 3)),
        ("15 août 2023", date(2023, 8, 15)),
        ("1 juil. 2023", date(2023, 7, 1)),
        ("1 juin 2023", date(2023, 6, 1)),
        ("2 de ene de 2020", date(2020, 1, 2)),
        ("5-dez-23", date(2023, 12, 5)),
    ],
)
def test_a_date_is_read_in_each_form_that_was_seen(written: str, read: date) -> None:
    assert dates.parse(written) == read


@pytest.mark.parametrize(
    "written", ["", "soon", "31 Feb 2024", "12 Foo 2024", "1/2/24", "1 Jan 1969", "1-1-1-1", "0 Jan 2024"]
)
def test_a_date_that_cannot_be_read_for_sure_is_none(written: str) -> None:
    assert dates.parse(written) is None


def test_slashed_dates_are_read_the_way_that_the_whole_file_allows() -> None:
    assert dates.order(["1/2/24", "1/28/24"]) == "month"
    assert dates.order(["1/2/24", "28/1/24"]) == "day"
    assert dates.order(["1/2/24", "", "1 Jan 2024"]) == ""
    assert dates.order(["13/1/24", "1/13/24"]) == ""
    assert dates.parse("1/2/24", "month") == date(2024, 1, 2)
    assert dates.parse("1/2/2024", "day") == date(2024, 2, 1)
