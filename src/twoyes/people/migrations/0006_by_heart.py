import django.db.models.deletion
from django.db import migrations, models

import twoyes.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_sources_apart"),
    ]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="same_as",
            field=models.CharField(blank=True, db_index=True, default="", max_length=12),
        ),
        migrations.CreateModel(
            name="JoinedCard",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("card", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=200)),
                ("organisation", models.CharField(blank=True, default="", max_length=200)),
                ("position", models.CharField(blank=True, default="", max_length=200)),
                ("known_since", models.DateField(null=True)),
                ("last_contact", models.DateField(null=True)),
                ("notes", models.BinaryField(default=b"")),
                ("search", models.CharField(blank=True, default="", max_length=1000)),
                ("brought", models.JSONField(default=dict)),
                ("joined_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("card",), name="joined_card_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("card", ""), _negated=True)
                        ),
                        name="joined_card_named",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Knowing",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateField(null=True)),
                ("since_day", models.BooleanField(default=False)),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("worked", "Worked"),
                            ("studied", "Studied"),
                            ("family", "Family"),
                            ("friend", "Friend"),
                            ("met", "Met"),
                            ("online", "Online"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "how_well",
                    models.CharField(
                        blank=True,
                        choices=[("well", "Well"), ("somewhat", "Somewhat"), ("by_name", "By Name")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("said_at", models.DateTimeField(null=True)),
                ("do_not_ask_at", models.DateTimeField(null=True)),
                ("not_listed_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["", "worked", "studied", "family", "friend", "met", "online"])),
                        name="knowing_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("how_well__in", ["", "well", "somewhat", "by_name"])),
                        name="knowing_how_well",
                    ),
                ],
            },
        ),
    ]
