"""Introductions that were promised, and not made yet."""

import django.db.models.deletion
from django.db import migrations, models

import twoyes.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0002_given_ties"),
        ("people", "0007_booking_link"),
    ]

    operations = [
        migrations.CreateModel(
            name="Promise",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("one", models.CharField(db_index=True, max_length=12)),
                ("other", models.CharField(db_index=True, max_length=12)),
                ("words", models.BinaryField(default=b"")),
                ("promised_at", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("owner", "one", "other"),
                        name="promise_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("one", ""), _negated=True), models.Q(("one", models.F("other")), _negated=True)
                        ),
                        name="promise_of_two",
                    ),
                ],
            },
        ),
    ]
