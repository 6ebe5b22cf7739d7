"""After an erasure nothing of the person is readable in any book, and they must still not be asked."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, models, transaction

from twoyes.lib import addresses
from twoyes.lib.errors import Refused
from twoyes.people import front
from twoyes.people.models import Connector, ContactPoint, Person, Subject

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
KEY = "tom@target.example"
FILE = (
    b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    b"Tomas,Target,https://linkedin.com/in/tomas,tom@target.example,Zebra Works,Tamer,28 Jan 2024\n"
)


@pytest.fixture
def toms(cora: front.ConnectorView, otto: front.ConnectorView, tom: front.Card) -> list[front.Card]:
    """Tom in Cora's book under two addresses, and in Otto's under one of them."""
    front.import_contacts(otto.id, FILE, name="Connections.csv")
    front.add_card(otto.id, name="Rita Request", addresses=["rita@request.example"])
    return [tom, front.who(otto.id, "Tomas Target")]


def forbidden(address: str = KEY) -> str | None:
    community = front.default_community()
    return front.forbidding(community, [addresses.key(address)], requester_keys=[], connector_id="any")


@pytest.mark.both
@pytest.mark.case("E18")
def test_an_erased_person_is_gone_from_every_book_and_barred(otto: front.ConnectorView, toms: list[front.Card]) -> None:
    with transaction.atomic():
        forgotten = front.forget_person(toms[0].id, AT)
    assert forgotten == front.Forgotten(deleted=tuple(sorted(card.id for card in toms)), emptied=())
    assert [card.name for card in front.find(otto.id, "")] == ["Rita Request"]
    assert ContactPoint.objects.count() == 1
    assert forbidden() == forbidden("tom@private.example") == "erased"
    assert forbidden("rita@request.example") is None


@pytest.mark.both
@pytest.mark.case("E18")
def test_erasing_an_address_bars_that_address_and_no_other_that_a_book_claims(
    cora: front.ConnectorView, otto: front.ConnectorView, toms: list[front.Card]
) -> None:
    with transaction.atomic():
        front.forget_keys(cora.community_id, [addresses.key("TOM@Target.example")], AT)
    assert front.find(cora.id, "") == []
    assert front.find(otto.id, "tomas") == []
    assert forbidden() == "erased"
    assert forbidden("tom@private.example") is None


@pytest.mark.both
@pytest.mark.case("E19")
def test_an_erased_person_may_be_imported_again_and_must_not_be_asked(
    otto: front.ConnectorView, toms: list[front.Card]
) -> None:
    with transaction.atomic():
        front.forget_person(toms[0].id, AT)
    for _time in range(2):
        front.import_contacts(otto.id, FILE, name="Connections.csv")
    (card,) = front.find(otto.id, "Tomas Target")
    assert card.id != toms[1].id
    assert front.forbidding(otto.community_id, front.keys_of(card.id), requester_keys=[], connector_id=otto.id) == (
        "erased"
    )
    with transaction.atomic():
        front.forget_person(card.id, datetime(2026, 2, 1, tzinfo=UTC))
    seen = front.subject(otto.community_id, addresses.key(KEY))
    assert seen is not None
    assert seen.erased_at == AT


@pytest.mark.case("E18")
def test_a_card_that_something_refers_to_becomes_an_empty_shell(
    cora: front.ConnectorView,
    otto: front.ConnectorView,
    toms: list[front.Card],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("twoyes.people.forgetting._referred_to", lambda ids: ids & {toms[1].id})
    with transaction.atomic():
        forgotten = front.forget_person(toms[0].id, AT)
    assert forgotten == front.Forgotten(deleted=(toms[0].id,), emptied=(toms[1].id,))
    shell = front.card(otto.id, toms[1].id)
    assert shell == front.Card(toms[1].id, otto.id, "", "", "", None, has_address=False, erased=True)
    assert front.address_of(toms[1].id) is None
    assert [card.name for card in front.find(otto.id, "")] == ["Rita Request"]
    with pytest.raises(Refused):
        front.edit_card(otto.id, toms[1].id, name="Tom again")
    with pytest.raises(Refused):
        front.who(otto.id, toms[1].id)
    row = Person.objects.filter(pk=toms[1].id).values().get()
    leftovers = {name: value for name, value in row.items() if value not in ("", b"", None, {})}
    assert set(leftovers) == {"id", "owner_id", "erased_at"}


def test_every_relation_to_a_card_is_looked_at(toms: list[front.Card]) -> None:
    """A stand-in for a room above, so that this test knows none of them."""
    from twoyes.people import forgetting

    class Refers(models.Model):  # noqa: DJ008
        target = models.ForeignKey("people.Person", models.PROTECT, related_name="+", null=True)

        class Meta:
            app_label = "people"
            managed = False
            db_table = "test_refers"

    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE test_refers (id integer PRIMARY KEY, target_id varchar(12))")
            cursor.execute("INSERT INTO test_refers VALUES (1, %s)", [toms[0].id])
        assert forgetting._referred_to({card.id for card in toms}) == {toms[0].id}
    finally:
        from django.apps import apps

        del apps.all_models["people"]["refers"]
        apps.clear_cache()


@pytest.mark.both
def test_a_shell_cannot_be_filled_again_by_hand(cora: front.ConnectorView, tom: front.Card) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=tom.id).update(erased_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=tom.id).update(name="")


def test_a_card_without_an_address_is_forgotten_alone(cora: front.ConnectorView, otto: front.ConnectorView) -> None:
    card = front.add_card(cora.id, name="Tom Target", known_since=date(2015, 1, 1))
    namesake = front.add_card(otto.id, name="Tom Target")
    with transaction.atomic():
        front.forget_person(card.id, AT)
    assert front.card(cora.id, card.id) is None
    assert front.card(otto.id, namesake.id) == namesake
    assert not Subject.objects.exists()
    with pytest.raises(Refused) as refused:
        front.forget_person("missing00000", AT)
    assert refused.value.code == "no_such_card"


@pytest.mark.both
@pytest.mark.case("A29")
def test_a_removed_connector_leaves_an_empty_shell_and_other_books_alone(
    cora: front.ConnectorView, otto: front.ConnectorView, toms: list[front.Card]
) -> None:
    dora = front.add_delegate("cora", "dora@connects.example", name="Dora")
    front.add_delegate("cora", "otto@outside.example", name="Otto")
    forgotten = front.remove_connector(cora.id, AT)
    assert forgotten.deleted == (toms[0].id,)
    shell = front.connector_by_id(cora.id)
    assert shell is not None
    assert (shell.name, shell.address_key, shell.user_id, shell.removed_at) == ("", "", None, AT)
    assert front.connector_by_handle("cora") is None
    assert not front.actor_may_act(cora.id, cora.id)
    assert not front.actor_may_act(dora.id, cora.id)
    assert front.find(otto.id, "tomas") == [toms[1]]
    assert forbidden() is None
    assert list(User.objects.values_list("pk", flat=True)) == [otto.user_id]
    for call in (front.connector_address, lambda id_: front.remove_connector(id_, AT)):
        with pytest.raises(Refused) as refused:
            call(cora.id)
        assert refused.value.code == "no_such_connector"
    again = front.add_connector("cora@connects.example", name="Cora Connects", handle="cora")
    assert again.id != cora.id
    assert Connector.objects.filter(removed_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.case("E18")
def test_nothing_of_an_erased_person_is_in_any_byte_of_the_store(store: str) -> None:
    if store != "sqlite":
        pytest.skip("the bytes of a PostgreSQL server are not ours to read")
    cora = front.add_connector("cora@connects.example", name="Cora Connects", handle="cora")
    front.import_contacts(cora.id, FILE, name="Connections.csv")
    front.add_card(cora.id, name="Zacharias Zebulon", addresses=["zz@zebra.example"], notes="striped")
    place = Path(connection.settings_dict["NAME"])
    assert b"Tomas" in place.read_bytes()
    with transaction.atomic():
        for written in ("Tomas Target", "Zacharias Zebulon"):
            front.forget_person(front.who(cora.id, written).id, AT)
    connection.close()
    found = b"".join(file.read_bytes() for file in place.parent.glob(place.name + "*"))
    assert b"Cora Connects" in found
    for word in (b"Tomas", b"tomas", b"Zebra Works", b"zebra", b"Zacharias", b"zacharias", b"Tamer"):
        assert word not in found
