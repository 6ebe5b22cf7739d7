"""Ties that were handed in by a file."""

import django.db.models.deletion
from django.db import migrations, models

import twoyes.lib.clock
import twoyes.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0001_histories"),
        ("people", "0001_books"),
    ]

    operations = [
        migrations.CreateModel(
            name="GivenTie",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("one", models.CharField(max_length=12)),
                ("other", models.CharField(max_length=12)),
                ("strength", models.FloatField()),
                ("given_at", models.DateTimeField(default=twoyes.lib.clock.now)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "one", "other"), name="given_tie_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("strength__gt", 0),
                            ("strength__lte", 1),
                            models.Q(("one", models.F("other")), _negated=True),
                        ),
                        name="given_tie_strength",
                    ),
                ],
            },
        ),
    ]
