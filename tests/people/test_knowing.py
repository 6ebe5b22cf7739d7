"""What a connector knows by heart: my word in three taps, and the two marks on a card (K1, B4)."""

from datetime import UTC, date, datetime

import pytest

from twoyes.lib.errors import Refused
from twoyes.people import front as people

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def cora(db: None) -> str:
    return people.add_connector("cora@connects.example", name="Cora Connects", handle="cora").id


@pytest.fixture
def otto(db: None) -> str:
    return people.add_connector("otto@outside.example", name="Otto Outsider", handle="otto").id


@pytest.fixture
def tom(cora: str) -> str:
    return people.add_card(cora, name="Tom Target", organisation="Blade Works", addresses=["tom@target.example"]).id


def test_a_word_is_kept_as_it_was_said(cora: str, tom: str) -> None:
    assert not people.my_word(cora, tom)
    people.say_word(cora, tom, since="2017", how="worked", how_well="well", now=NOW)
    assert people.my_word(cora, tom) == people.Word(date(2017, 1, 1), False, "worked", "well")
    people.say_word(cora, tom, since="2018-05-03", how="", how_well="", now=NOW)
    assert people.my_word(cora, tom) == people.Word(date(2018, 5, 3), True, "", "")
    people.say_word(cora, tom, since="", how="", how_well="", now=NOW)
    assert not people.my_word(cora, tom)


@pytest.mark.parametrize(
    ("since", "how", "how_well", "code"),
    [
        ("long ago", "", "", "since"),
        ("2027", "", "", "since"),
        ("1812", "", "", "since"),
        ("2026-03-03", "", "", "since"),
        ("٢٠١٧", "", "", "since"),
        ("", "knows", "", "how"),
        ("", "", "very", "how_well"),
    ],
)
def test_what_no_tap_says_is_refused(cora: str, tom: str, since: str, how: str, how_well: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        people.say_word(cora, tom, since=since, how=how, how_well=how_well, now=NOW)
    assert refused.value.code == code
    assert not people.my_word(cora, tom)


@pytest.mark.case("E8")
def test_nobody_writes_or_reads_a_word_in_anothers_book(cora: str, otto: str, tom: str) -> None:
    people.say_word(cora, tom, since="2017", how="worked", how_well="well", now=NOW)
    people.set_mark(cora, tom, "do_not_ask", on=True, now=NOW)
    assert not people.my_word(otto, tom)
    assert people.marks(otto, tom) == frozenset()
    for act in (
        lambda: people.say_word(otto, tom, since="", how="", how_well="", now=NOW),
        lambda: people.set_mark(otto, tom, "do_not_ask", on=False, now=NOW),
    ):
        with pytest.raises(Refused, match="no such card"):
            act()
    assert people.marks(cora, tom) == {"do_not_ask"}


def test_a_mark_comes_off_again_and_leaves_the_word_alone(cora: str, tom: str) -> None:
    people.say_word(cora, tom, since="2017", how="worked", how_well="well", now=NOW)
    for mark in people.MARKS:
        for on in (True, True, False):
            people.set_mark(cora, tom, mark, on=on, now=NOW)
            assert (mark in people.marks(cora, tom)) is on
    assert people.my_word(cora, tom).how == "worked"
    with pytest.raises(Refused):
        people.set_mark(cora, tom, "erased", on=True, now=NOW)


@pytest.mark.parametrize("query", ["", "to", "target", "blade works", "@target.example"])
def test_who_is_not_listed_stands_in_no_list(cora: str, tom: str, query: str) -> None:
    assert [card.id for card in people.find(cora, query)] == [tom]
    people.set_mark(cora, tom, "not_listed", on=True, now=NOW)
    assert people.find(cora, query) == []


def test_who_is_not_listed_is_found_by_the_whole_name_or_an_address_and_is_no_hint(cora: str, tom: str) -> None:
    people.set_mark(cora, tom, "not_listed", on=True, now=NOW)
    for exact in ("Tom Target", "Target, Tom", "tom@target.example"):
        assert [card.id for card in people.find(cora, exact)] == [tom]
        assert people.who(cora, exact).id == tom
        assert people.find(cora, exact, hints=True) == []
    with pytest.raises(Refused, match="Nobody"):
        people.who(cora, "Tom")
