"""A book that was filled before each source had a row of its own is imported into as if it always had."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from twoyes.people import deciding, front, names, points
from twoyes.people.models import CardSource, ContactPoint, Person

BEFORE = [("people", "0002_first_community")]
FILE = (
    b"First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    b"Tom,Target,https://linkedin.com/in/tom,tom@target.example,Acme,Clerk,28 Jan 2024\n"
)


def migrated(to: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(to)
    return MigrationExecutor(connection).loader.project_state(to).apps


@pytest.mark.django_db(transaction=True)
def test_the_key_and_the_words_of_a_cards_source_move_to_a_row_of_their_own() -> None:
    cora = front.add_connector("cora@connects.example", name="Cora Connects", handle="cora")
    front.import_contacts(cora.id, FILE, name="Connections.csv")
    (source,), (card,) = CardSource.objects.all(), Person.objects.all()
    try:
        old = migrated(BEFORE).get_model("people", "Person")
        marks = {
            column: deciding.mark(column, getattr(card, column)) for column in ("name", "organisation", "position")
        }
        marks["known_since"] = deciding.mark("known_since", card.known_since)
        marks["address"] = points.key(ContactPoint.Kind.EMAIL, "tom@target.example")
        old.objects.update(source_kind="linkedin", source_key=source.key, source_marks=marks)
    finally:
        # Up to the newest of every room: what stood on these was taken back with them, and later tests need all of it.
        migrated(MigrationExecutor(connection).loader.graph.leaf_nodes())
    (moved,) = CardSource.objects.all()
    assert (moved.person_id, moved.kind, moved.key) == (card.pk, "linkedin", source.key)
    # Profiles were not marked before: the key itself was made of them.
    assert moved.marks == {name: mark for name, mark in source.marks.items() if name != "profile"}
    assert Person.objects.get().name_key == names.key("Tom Target")
    report = front.import_contacts(cora.id, FILE, name="Connections.csv")
    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)
