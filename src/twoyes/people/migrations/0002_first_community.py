from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    community = apps.get_model("people", "Community")
    community.objects.using(schema_editor.connection.alias).get_or_create(pk="community001")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_books")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
