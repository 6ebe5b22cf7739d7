"""Two spellings of one name have one key."""

import pytest

from twoyes.people import names


@pytest.mark.parametrize(
    "written",
    [
        "Anna Müller",
        "ANNA MULLER",
        "Müller, Anna",
        "MÜLLER, ANNA",
        "Dr. Anna Müller",
        "Prof. Dr. Anna Müller, PhD",
        "Anna Müller PhD",
        "anna muller, phd",
        "Anna Müller, Ph.D., M.B.A.",
        "Anna Müller • MBA, SHRM-CP",
        "Anna (Annie) Müller",
        'Anna "Annie" Müller',
        "🌎 Anna Müller 👩‍🚀",
        "Anna Müller Jr.",
    ],
)
def test_a_name_is_the_same_however_it_is_written(written: str) -> None:
    assert names.words(written) == ("anna", "muller")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Jack Ma", ("jack", "ma")),
        ("Jack Ma, MBA", ("jack", "ma")),
        ("J. R. Lee", ("j", "lee", "r")),
        ("Nicholas O'Day", ("nicholas", "oday")),
        ("Nicholas O’Day", ("nicholas", "oday")),
        ("李小明", ("李小明",)),
        ("PhD", ("phd",)),
        ("Prof.", ("prof",)),
        ("", ()),
        ("👩‍🚀", ()),
    ],
)
def test_stripping_never_eats_the_name_itself(written: str, words: tuple[str, ...]) -> None:
    assert names.words(written) == words


def test_the_search_text_fits_its_column_however_much_the_letters_fold_into() -> None:
    assert len(names.search_text("\ufdfa" * 200, "")) <= 1000
