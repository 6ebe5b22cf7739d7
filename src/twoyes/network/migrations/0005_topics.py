"""What letters were about, where their owner wants it remembered."""

import django.db.models.deletion
from django.db import migrations, models

import twoyes.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0004_marks"),
        ("people", "0009_hint_at_same"),
    ]

    operations = [
        migrations.CreateModel(
            name="Remembering",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(db_index=True, max_length=32)),
                ("lines", models.BinaryField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="network.source"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "source", "key"), name="topic_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True), models.Q(("lines", b""), _negated=True)
                        ),
                        name="topic_sealed",
                    ),
                ],
            },
        ),
    ]
