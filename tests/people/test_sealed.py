"""What reaches a person is sealed: none of it can be read in the bytes of the store."""

from pathlib import Path

import pytest
from django.db import connection

from twoyes.people import front

SECRETS = (
    "cora@connects.example",
    "dora@connects.example",
    "tom@target.example",
    "tom.private",
    "target.example",
    "44 123 45 67",
    "linkedin.com/in/tom",
    "in the morning",
)
FILE = (
    b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    b"Tom,Target,https://linkedin.com/in/tom,tom@target.example,Zebra Works,Tamer,28 Jan 2024\n"
)


@pytest.mark.django_db(transaction=True)
def test_no_address_number_profile_or_note_is_in_any_byte_of_the_store(store: str) -> None:
    if store != "sqlite":
        pytest.skip("the bytes of a PostgreSQL server are not ours to read")
    cora = front.add_connector("cora@connects.example", name="Cora Connects", handle="cora")
    front.add_delegate("cora", "dora@connects.example", name="Dora Delegate")
    front.import_contacts(cora.id, FILE, name="Connections.csv")
    tom = front.who(cora.id, "Tom Target")
    front.edit_card(
        cora.id,
        tom.id,
        addresses=["tom.private@else.example", "tom@target.example"],
        phones=["+41 44 123 45 67"],
        notes="Ask in the morning.",
    )
    connection.close()
    place = Path(connection.settings_dict["NAME"])
    found = b"".join(file.read_bytes() for file in place.parent.glob(place.name + "*"))
    assert b"Tom Target" in found
    assert b"Zebra Works" in found
    for secret in SECRETS:
        for code in ("utf-8", "utf-16-le"):
            assert secret.encode(code) not in found


@pytest.mark.django_db
def test_a_row_shows_its_id_and_nothing_else_in_a_log() -> None:
    from twoyes.people.models import Connector

    cora = front.add_connector("cora@connects.example", name="Cora Connects", handle="cora")
    row = Connector.objects.get(pk=cora.id)
    assert str(row) == f"people.connector:{cora.id}"
    assert "ora" not in repr(row).replace(cora.id, "")
