from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from twoyes.lib.ids import new_id
from twoyes.people import names

BATCH = 500


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    alias = schema_editor.connection.alias
    person, source = apps.get_model("people", "Person"), apps.get_model("people", "CardSource")
    rows = person.objects.using(alias).filter(erased_at=None)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        chunk = list(rows.filter(pk__in=ids[start : start + BATCH]))
        for row in chunk:
            row.name_key = names.key(row.name)
        person.objects.using(alias).bulk_update(chunk, ["name_key"])
        source.objects.using(alias).bulk_create(link(source, row) for row in chunk if row.source_key)


def link(source, row):
    """What the card itself said of its one source; addresses are told as a list since."""
    marks = {name: mark for name, mark in row.source_marks.items() if name != "address"}
    if "address" in row.source_marks:
        marks["email"] = [row.source_marks["address"]]
    return source(
        id=new_id(), owner_id=row.owner_id, person_id=row.pk, kind=row.source_kind, key=row.source_key, marks=marks
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0003_sources")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
