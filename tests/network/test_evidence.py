"""Beside a request the desk shows what the connector's own book knows of somebody, and what nothing was read of."""

from datetime import date

import pytest

from twoyes.lib import addresses, clock
from twoyes.network.front import Evidence, Relationship, evidence
from twoyes.people import front as people

UNREAD = "Mail and calendar are not connected yet, so nothing is seen there."
RITA = addresses.key("rita@requests.example")
EXPORT = (
    b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    b"Rita,Holm,https://www.linkedin.com/in/ritaholm,rita@requests.example,Tides,Modeller,28 Jan 2024\n"
)


@pytest.fixture
def cora(db: None) -> str:
    return people.add_connector("cora@connects.example", name="Cora Lund", handle="cora").id


@pytest.fixture
def otto(db: None) -> str:
    return people.add_connector("otto@outside.example", name="Otto Outsider", handle="otto").id


def test_nobody_is_seen_through_somebody_else_s_book(cora: str, otto: str) -> None:
    people.add_card(otto, name="Rita Holm", addresses=["rita@requests.example"], known_since=date(2015, 5, 1))
    said = "Not seen in your address book."
    nothing = Evidence(False, (), None, None, f"{said} {UNREAD}", book=said, mail=UNREAD)
    assert evidence(cora, [RITA], names=["Rita Holm"]) == nothing == evidence(cora, [])


def test_an_imported_connection_is_seen_since_its_day_and_no_more_is_claimed(cora: str) -> None:
    people.import_contacts(cora, EXPORT, name="Connections.csv")
    since, said = date(2024, 1, 28), "In your address book, known since 28 January 2024."
    assert evidence(cora, [RITA]) == Evidence(
        seen=True,
        sources=("address_book",),
        first=since,
        last=None,
        sentence=f"{said} {UNREAD}",
        book=said,
        mail=UNREAD,
        level="weak",
        facts=Relationship(known_since=since),
    )


def test_of_several_cards_the_earliest_day_counts(cora: str) -> None:
    for since in (date(2020, 2, 29), None, date(2018, 1, 1)):
        people.add_card(cora, name="Rita Holm", addresses=["rita@requests.example"], known_since=since)
    assert evidence(cora, [addresses.key("other@requests.example"), RITA]).first == date(2018, 1, 1)


def test_a_card_without_a_day_says_so(cora: str) -> None:
    people.add_card(cora, name="Rita Holm", addresses=["rita@requests.example"])
    seen = evidence(cora, [RITA])
    assert (seen.seen, seen.first) == (True, None)
    assert seen.sentence == f"In your address book, without a date. {UNREAD}"


@pytest.mark.case("D5")
def test_a_name_alone_is_not_seen_since_anybody_can_write_it(cora: str) -> None:
    people.add_card(cora, name="Rita Holm", addresses=["rita@elsewhere.example"], known_since=date(2018, 1, 1))
    met = evidence(cora, [RITA], names=["Holm, Rita"])
    assert (met.seen, met.by_name, met.first) == (False, True, date(2018, 1, 1))
    assert "it may be another" in met.sentence


def test_two_cards_of_one_name_are_still_only_a_name(cora: str) -> None:
    people.add_card(cora, name="Rita Holm", known_since=date(2018, 1, 1))
    people.add_card(cora, name="Rita Holm", known_since=date(2016, 1, 1))
    met = evidence(cora, [RITA], names=["Rita Holm"])
    assert (met.seen, met.by_name, met.first) == (False, True, date(2016, 1, 1))


@pytest.mark.case("D5")
def test_a_name_cannot_stand_for_an_address_an_id_or_a_handle(cora: str) -> None:
    card = people.add_card(cora, name="Tom Target", addresses=["tom@target.example"])
    for name in ("tom@target.example", "@cora", "Tom tom@target.example", card.id, "Tom", "", "  "):
        assert not evidence(cora, [RITA], names=[name]).by_name


def test_an_erased_person_is_not_seen(cora: str) -> None:
    people.add_card(cora, name="Rita Holm", addresses=["rita@requests.example"])
    people.forget_keys(people.default_community(), [RITA], clock.now())
    assert not evidence(cora, [RITA], names=["Rita Holm"]).seen


@pytest.mark.parametrize(
    ("since", "how", "well", "sentence"),
    [
        ("2017", "worked", "well", "You wrote: worked together since 2017, you know them well."),
        ("2018-05-03", "met", "", "You wrote: met in person since 3 May 2018."),
        ("2017", "", "", "You wrote: known since 2017."),
        ("", "family", "somewhat", "You wrote: family, you know them somewhat."),
        ("", "", "by_name", "You wrote: you know them by name."),
    ],
)
def test_the_connectors_own_word_stands_first(cora: str, since: str, how: str, well: str, sentence: str) -> None:
    card = people.add_card(cora, name="Rita Holm", addresses=["rita@requests.example"])
    people.say_word(cora, card.id, since=since, how=how, how_well=well, now=clock.now())
    found = evidence(cora, [RITA])
    assert (found.word, found.sources) == (sentence, ("address_book", "my_word"))
    assert found.sentence == f"{sentence} In your address book, without a date. {UNREAD}"


def test_a_word_about_somebody_of_the_same_name_is_not_told(cora: str, otto: str) -> None:
    for owner in (cora, otto):
        card = people.add_card(owner, name="Rita Holm", addresses=["another@requests.example"])
        people.say_word(owner, card.id, since="2017", how="worked", how_well="well", now=clock.now())
    assert evidence(cora, [RITA], names=["Rita Holm"]).word == ""
