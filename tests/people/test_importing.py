"""A file of contacts comes in once, whoever imports it and how often."""

from datetime import date
from pathlib import Path

import pytest

from twoyes.lib.errors import Refused
from twoyes.people import front, matching
from twoyes.people.models import ContactPoint, Person

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
TOM = "Tom,Target,https://www.linkedin.com/in/tom,tom@target.example,Acme,Clerk,28 Jan 2024\n"
NAME = "Connections.csv"


def bring(owner: front.ConnectorView, *rows: str, dry_run: bool = False) -> tuple[int, int, int, int]:
    report = front.import_contacts(owner.id, (HEADER + "".join(rows)).encode(), name=NAME, dry_run=dry_run)
    return report.added, report.updated, report.unchanged, len(report.rejected)


def only(owner: front.ConnectorView) -> front.Card:
    (card,) = front.find(owner.id, "")
    return card


def test_everybody_with_a_name_comes_in_and_the_rest_says_where_and_why(
    cora: front.ConnectorView, connections: bytes
) -> None:
    report = front.import_contacts(cora.id, connections, name=NAME)
    assert (report.added, report.updated, report.unchanged) == (7, 0, 0)
    assert [entry.where for entry in report.rejected] == [
        "Connections.csv, line 8",
        "Connections.csv, line 13",
    ]
    assert "name" in report.rejected[0].why
    assert "address" in report.rejected[1].why
    tom = front.who(cora.id, "Tom Target")
    assert (tom.organisation, tom.position, tom.known_since) == (
        "Zürich Instruments",
        "Head of Research",
        date(2024, 1, 28),
    )
    assert front.addresses(cora.id, tom.id) == ["tom@target.example"]
    secrets = front.secrets_of(cora.id, tom.id)
    assert secrets is not None
    assert secrets.profiles == ("https://www.linkedin.com/in/tom-target",)
    assert not front.who(cora.id, "rita request").has_address
    assert front.who(cora.id, "小明 李").name == "李 小明"


@pytest.mark.both
def test_importing_again_changes_nothing(cora: front.ConnectorView, connections: bytes) -> None:
    front.import_contacts(cora.id, connections, name=NAME)
    before = (
        list(Person.objects.order_by("pk").values()),
        list(ContactPoint.objects.order_by("pk").values("key")),
    )
    report = front.import_contacts(cora.id, connections, name="renamed.csv")
    assert (report.added, report.updated, report.unchanged, len(report.rejected)) == (0, 0, 7, 2)
    after = (
        list(Person.objects.order_by("pk").values()),
        list(ContactPoint.objects.order_by("pk").values("key")),
    )
    assert after == before


def test_a_file_may_be_given_by_its_path(cora: front.ConnectorView, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(HEADER + TOM, encoding="utf-8")
    assert front.import_contacts(cora.id, path, name=NAME).added == 1
    assert front.import_contacts(cora.id, str(path), name=NAME).unchanged == 1
    for wrong in (tmp_path, tmp_path / "missing.csv"):
        with pytest.raises(Refused) as refused:
            front.import_contacts(cora.id, wrong, name="missing.csv")
        assert refused.value.code == "no_such_file"
        assert str(tmp_path) not in refused.value.sentence


def test_a_dry_run_reports_the_same_and_writes_nothing(cora: front.ConnectorView, connections: bytes) -> None:
    rehearsed = front.import_contacts(cora.id, connections, name=NAME, dry_run=True)
    assert not Person.objects.exists()
    assert front.import_contacts(cora.id, connections, name=NAME) == rehearsed


@pytest.mark.both
def test_a_large_file_is_written_in_chunks_and_says_how_far_it_is(cora: front.ConnectorView) -> None:
    rows = "".join(f"Person,N{n},https://linkedin.com/in/n{n},,Acme,Clerk,1 Jan 2024\n" for n in range(450))
    steps: list[tuple[int, int]] = []
    report = front.import_contacts(
        cora.id, (HEADER + rows).encode(), name=NAME, progress=lambda done, total: steps.append((done, total))
    )
    assert report.added == 450
    assert steps == [(200, 450), (400, 450), (450, 450)]


@pytest.mark.both
def test_what_was_written_before_a_crash_stays_and_the_rest_follows(
    cora: front.ConnectorView, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"Person,N{n},https://linkedin.com/in/n{n},n{n}@x.example,,,\n" for n in range(450))

    def crash(done: int, _total: int) -> None:
        if done == 400:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        front.import_contacts(cora.id, (HEADER + rows).encode(), name=NAME, progress=crash)
    assert Person.objects.count() == 400
    assert bring(cora, rows) == (50, 0, 400, 0)
    assert ContactPoint.objects.filter(kind="email").count() == 450


@pytest.mark.both
def test_two_imports_at_once_leave_nobody_twice(cora: front.ConnectorView, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(cora, TOM)
    # What an import sees that looked before the other one wrote.
    monkeypatch.setattr(
        matching.Book, "match", lambda _book, chunk: [matching.Match(entry, key) for entry, key in chunk]
    )
    with pytest.raises(Refused) as refused:
        bring(cora, TOM)
    assert refused.value.code == "book_changed"
    assert Person.objects.count() == 1


def test_news_of_the_source_reaches_the_card(cora: front.ConnectorView) -> None:
    bring(cora, TOM)
    moved = TOM.replace("Acme,Clerk", "Basel Labs,Director").replace("tom@target", "tom@basel")
    assert bring(cora, moved) == (0, 1, 0, 0)
    card = only(cora)
    assert (card.organisation, card.position) == ("Basel Labs", "Director")
    assert front.find(cora.id, "basel") == [card]
    assert front.addresses(cora.id, card.id) == ["tom@basel.example", "tom@target.example"]
    assert bring(cora, moved) == (0, 0, 1, 0)


def test_what_a_source_no_longer_says_stays_on_the_card(cora: front.ConnectorView) -> None:
    bring(cora, TOM)
    assert bring(cora, "Tom,Target,https://www.linkedin.com/in/tom,,,,\n") == (0, 0, 1, 0)
    card = only(cora)
    assert (card.organisation, card.position, card.known_since) == ("Acme", "Clerk", date(2024, 1, 28))
    assert front.addresses(cora.id, card.id) == ["tom@target.example"]


@pytest.mark.case("A21")
def test_what_the_owner_wrote_is_left_alone(cora: front.ConnectorView) -> None:
    bring(cora, TOM)
    card = only(cora)
    front.edit_card(cora.id, card.id, name="Tommy Target", position="Boss", addresses=["tommy@own.example"])
    assert bring(cora, TOM) == (0, 0, 1, 0)
    news = TOM.replace("Acme,Clerk", "Basel,Porter").replace("tom@target", "tom@basel")
    assert bring(cora, news) == (0, 1, 0, 0)
    card = only(cora)
    assert (card.name, card.position, card.organisation) == ("Tommy Target", "Boss", "Basel")
    assert front.address_of(card.id) == "tommy@own.example"
    assert bring(cora, news) == (0, 0, 1, 0)


@pytest.mark.parametrize(
    "again",
    [
        TOM.replace("https://www.linkedin.com/in/tom", "http://linkedin.com/in/Tom/"),
        TOM.replace("https://www.linkedin.com/in/tom", "https://de.linkedin.com/in/tom?trk=x"),
        TOM.replace("/in/tom", "/in/tom-target-new"),
        TOM.replace("https://www.linkedin.com/in/tom", ""),
        TOM.replace("https://www.linkedin.com/in/tom", "").replace("Acme", "Basel"),
        TOM.replace("/in/tom", "/in/new").replace("28 Jan 2024", ""),
        TOM.replace("Tom,Target", "Dr. Tóm,'Target, PhD'").replace("'", '"'),
    ],
)
def test_a_person_whose_row_looks_different_is_not_there_twice(cora: front.ConnectorView, again: str) -> None:
    bring(cora, TOM)
    bring(cora, again)
    assert len(front.find(cora.id, "")) == 1
    assert bring(cora, again) == (0, 0, 1, 0)


def test_a_card_written_by_hand_is_joined_and_keeps_the_owners_words(cora: front.ConnectorView) -> None:
    card = front.add_card(cora.id, name="Tom Target", position="Friend", addresses=["tom@target.example"])
    assert bring(cora, TOM) == (0, 1, 0, 0)
    joined = only(cora)
    assert (joined.id, joined.position, joined.organisation) == (card.id, "Friend", "Acme")
    assert bring(cora, TOM) == (0, 0, 1, 0)
    assert bring(cora, TOM.replace("tom@target.example", "")) == (0, 0, 1, 0)


def test_people_who_only_look_alike_stay_apart(cora: front.ConnectorView) -> None:
    namesakes = (
        "John,Smith,https://linkedin.com/in/john1,,Acme,,1 Jan 2024\n",
        "John,Smith,https://linkedin.com/in/john2,,Basel,,1 Jan 2024\n",
        "John,Smith,,,Acme,,2 Jan 2024\n",
        "John,Smith,,,Basel,,2 Jan 2024\n",
        "Jane,Smith,,john@x.example,,,\n",
        "John,Smith,,john@x.example,,,\n",
    )
    assert bring(cora, *namesakes) == (6, 0, 0, 0)
    assert bring(cora, *reversed(namesakes)) == (0, 0, 6, 0)


def test_a_row_that_stands_twice_is_taken_once(cora: front.ConnectorView) -> None:
    assert bring(cora, TOM, TOM, TOM.replace("Clerk", "Director")) == (1, 0, 1, 1)
    assert bring(cora, TOM, TOM, TOM.replace("Clerk", "Director")) == (0, 0, 2, 1)
    assert only(cora).position == "Clerk"


@pytest.mark.case("E8")
def test_each_book_has_its_own_card(cora: front.ConnectorView, otto: front.ConnectorView) -> None:
    bring(cora, TOM)
    assert bring(otto, TOM) == (1, 0, 0, 0)
    assert only(cora).id != only(otto).id


@pytest.mark.django_db
def test_only_a_connector_with_a_book_can_import() -> None:
    with pytest.raises(Refused) as refused:
        front.import_contacts("missing00000", b"x", name=NAME)
    assert refused.value.code == "no_such_connector"


FILLER = "".join(f"Filler,N{n},https://linkedin.com/in/filler{n},,,,\n" for n in range(250))


def test_a_card_is_kept_for_the_row_that_has_it_for_certain_however_far_down(cora: front.ConnectorView) -> None:
    bring(cora, TOM)
    card = only(cora)
    namesake = TOM.replace("/in/tom", "/in/another-tom").replace("tom@target", "other@target")
    assert bring(cora, namesake, FILLER, TOM) == (251, 0, 1, 0)
    assert front.addresses(cora.id, card.id) == ["tom@target.example"]


def test_a_card_that_a_row_took_is_not_taken_again_far_below(cora: front.ConnectorView) -> None:
    card = front.add_card(cora.id, name="Tom Target", addresses=["tom@target.example"])
    namesake = TOM.replace("/in/tom", "/in/another-tom")
    assert bring(cora, TOM, FILLER, namesake) == (251, 1, 0, 0)
    assert front.card(cora.id, card.id).organisation == "Acme"  # type: ignore[union-attr]
    assert len(front.find(cora.id, "Tom Target")) == 2


def test_a_person_who_stands_twice_is_noticed_however_far_apart(cora: front.ConnectorView) -> None:
    assert bring(cora, TOM, FILLER, TOM, TOM.replace("Clerk", "Director")) == (251, 0, 1, 1)
    assert bring(cora, TOM, FILLER, TOM, TOM.replace("Clerk", "Director")) == (0, 0, 252, 1)
