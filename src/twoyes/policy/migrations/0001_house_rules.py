import django.db.models.deletion
from django.db import migrations, models

import twoyes.lib.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_first_community"),
    ]

    operations = [
        migrations.CreateModel(
            name="HouseRulesVersion",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("remind_days", models.PositiveSmallIntegerField(default=5)),
                ("lapse_days", models.PositiveSmallIntegerField(default=14)),
                ("ask_days", models.PositiveSmallIntegerField(default=10)),
                ("spacing_days", models.PositiveSmallIntegerField(default=30)),
                ("closed", models.JSONField(default=list)),
                ("at", models.DateTimeField()),
                (
                    "connector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("connector", "version"), name="house_rules_version"),
                    models.CheckConstraint(condition=models.Q(("version__gt", 1)), name="house_rules_first_has_no_row"),
                    models.CheckConstraint(condition=models.Q(("remind_days__gte", 1)), name="house_rules_remind"),
                    models.CheckConstraint(
                        condition=models.Q(("lapse_days__gt", models.F("remind_days")), ("lapse_days__lte", 365)),
                        name="house_rules_lapse",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ask_days__gte", 7), ("ask_days__lte", 365)), name="house_rules_ask"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("spacing_days__gte", 1), ("spacing_days__lte", 365)),
                        name="house_rules_spacing",
                    ),
                ],
            },
        ),
    ]
