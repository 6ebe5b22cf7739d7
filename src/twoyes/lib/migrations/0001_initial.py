import datetime as dt

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import twoyes.lib.ids


def make_the_row(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("lib", "Installation").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("ident", models.CharField(default=twoyes.lib.ids.new_id, max_length=12)),
                ("generation", models.PositiveIntegerField(default=0)),
                ("sending_enabled", models.BooleanField(default=True)),
                ("daily_cap", models.PositiveIntegerField(default=50)),
                ("clock_offset_seconds", models.FloatField(default=0.0)),
                ("high_water", models.DateTimeField(default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))),
                ("relay_kind", models.CharField(blank=True, default="", max_length=40)),
                ("url", models.CharField(blank=True, default="", max_length=500)),
                ("key_check", models.CharField(blank=True, default="", max_length=32)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")],
            },
        ),
        migrations.RunPython(make_the_row, migrations.RunPython.noop),
    ]
