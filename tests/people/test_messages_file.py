"""messages.csv tells between whom and when; what was said is never kept."""

from datetime import date

import pytest

from tests.people.reading import FIXTURES, records, rejected
from twoyes.lib.errors import Refused
from twoyes.people import front
from twoyes.people.models import CardSource, ContactPoint, Person

MESSAGES = (FIXTURES / "messages.csv").read_bytes()


def test_somebody_with_whom_words_went_to_and_fro_is_added_with_the_first_and_last_day(
    cora: front.ConnectorView,
) -> None:
    report = front.import_contacts(cora.id, MESSAGES, name="messages.csv")
    assert (report.added, report.updated, report.unchanged, len(report.rejected)) == (2, 0, 3, 6)
    tom = front.who(cora.id, "Tom Target")
    assert (tom.known_since, tom.last_contact) == (date(2021, 6, 15), date(2023, 2, 1))
    assert front.import_contacts(cora.id, MESSAGES, name="messages.csv").unchanged == 5


def test_whoever_only_wrote_is_nobody_we_know(cora: front.ConnectorView) -> None:
    report = front.import_contacts(cora.id, MESSAGES, name="messages.csv")
    one_way = [one.where for one in report.rejected if "one way" in one.why]
    assert one_way == ["messages.csv, line 8", "messages.csv, line 9"]
    assert not front.find(cora.id, "Sam Seller")


def test_a_card_in_the_book_gets_the_day_of_the_last_words_and_keeps_its_own(cora: front.ConnectorView) -> None:
    sam = front.add_card(cora.id, name="Sam Seller")
    ada = front.add_card(cora.id, name="Ada Lovelace", known_since=date(2010, 1, 1), position="Countess")
    report = front.import_contacts(cora.id, MESSAGES, name="messages.csv")
    assert (report.added, report.updated) == (1, 2)
    known = {card.id: card for card in front.find(cora.id, "")}
    assert known[sam.id].last_contact == date(2023, 5, 8)
    assert (known[ada.id].known_since, known[ada.id].last_contact) == (date(2010, 1, 1), date(2022, 1, 4))


def test_two_cards_of_one_name_are_left_alone(cora: front.ConnectorView) -> None:
    for _number in range(2):
        front.add_card(cora.id, name="Sam Seller")
    front.import_contacts(cora.id, MESSAGES, name="messages.csv")
    assert not Person.objects.filter(name="Sam Seller").exclude(last_contact=None).exists()


def test_the_connection_and_the_messages_of_a_profile_meet_on_one_card(cora: front.ConnectorView) -> None:
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    row = "T.,Target,https://www.linkedin.com/in/tom-target,,Acme,,28 Jan 2020\n"
    front.import_contacts(cora.id, (header + row).encode(), name="Connections.csv")
    front.import_contacts(cora.id, MESSAGES, name="messages.csv")
    (tom,) = front.find(cora.id, "target")
    assert (tom.name, tom.known_since, tom.last_contact) == ("T. Target", date(2020, 1, 28), date(2023, 2, 1))


def test_nothing_that_was_said_is_kept(cora: front.ConnectorView) -> None:
    front.import_contacts(cora.id, MESSAGES, name="messages.csv")
    kept = [*Person.objects.values(), *CardSource.objects.values(), *ContactPoint.objects.values("kind", "key")]
    assert not any(word in str(kept) for word in ("said between", "nobody keeps", "Two lines"))
    assert all(front.secrets_of(cora.id, card.id).notes == "" for card in front.find(cora.id, ""))  # type: ignore[union-attr]


def test_it_must_be_clear_which_side_is_the_owners() -> None:
    rows = (
        "CONVERSATION ID,FROM,TO,DATE,SUBJECT,CONTENT\n"
        "c1,Ann One,Bob Two,2021-06-15 16:37:00 UTC,,hello\n"
        "c1,Bob Two,Ann One,2021-06-16 16:37:00 UTC,,hello\n"
    )
    with pytest.raises(Refused) as refused:
        records(rows, owner="Cora Connects")
    assert refused.value.code == "whose_messages"
    assert [one.line for one in records(rows, owner="ONE, Ann")[1]] == [2]


def test_groups_drafts_and_dates_that_cannot_be_read_are_rejected_with_why() -> None:
    why = rejected(MESSAGES)
    assert sorted(why) == [10, 11, 12, 13]
    assert ["group" in why[10], "draft" in why[11], "date" in why[12], "name" in why[13]] == [True] * 4
