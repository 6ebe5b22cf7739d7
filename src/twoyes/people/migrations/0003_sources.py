import django.db.models.deletion
from django.db import migrations, models

import twoyes.lib.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_first_community"),
    ]

    operations = [
        migrations.CreateModel(
            name="CardSource",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=32)),
                ("marks", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="ImportJob",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.BinaryField(default=b"")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("runner", models.CharField(blank=True, default="", max_length=12)),
                ("beat_at", models.DateTimeField(null=True)),
                ("made_at", models.DateTimeField()),
                ("total", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("added", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("refusal", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("why", models.TextField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="person",
            name="card_source_once",
        ),
        migrations.RemoveConstraint(
            model_name="person",
            name="card_named_or_erased",
        ),
        migrations.AddField(
            model_name="person",
            name="last_contact",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="name_key",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["owner", "name_key"], name="person_owner_name"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), models.Q(("name", ""), _negated=True)),
                    models.Q(
                        ("erased_at__isnull", False),
                        ("known_since__isnull", True),
                        ("last_contact__isnull", True),
                        ("name", ""),
                        ("name_key", ""),
                        ("notes", b""),
                        ("organisation", ""),
                        ("position", ""),
                        ("search", ""),
                    ),
                    _connector="OR",
                ),
                name="card_named_or_erased",
            ),
        ),
        migrations.AddField(
            model_name="cardsource",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
            ),
        ),
        migrations.AddField(
            model_name="cardsource",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"),
        ),
        migrations.AddField(
            model_name="importjob",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
            ),
        ),
        migrations.AddField(
            model_name="importpart",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.importjob"
            ),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.importjob"
            ),
        ),
        migrations.AddConstraint(
            model_name="cardsource",
            constraint=models.UniqueConstraint(fields=("owner", "kind", "key"), name="card_source_once"),
        ),
        migrations.AddConstraint(
            model_name="cardsource",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", ""), _negated=True), models.Q(("key", ""), _negated=True)),
                name="card_source_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="importjob",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "running", "done", "refused"])), name="import_job_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.UniqueConstraint(fields=("job", "number"), name="import_part_once"),
        ),
    ]
