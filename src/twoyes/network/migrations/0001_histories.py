import django.db.models.deletion
from django.db import migrations, models

import twoyes.lib.clock
import twoyes.lib.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0007_booking_link"),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.BinaryField(default=b"")),
                ("key", models.CharField(max_length=32)),
                ("kind", models.CharField(blank=True, default="", max_length=20)),
                ("messages", models.PositiveIntegerField(default=0)),
                ("added_at", models.DateTimeField(default=twoyes.lib.clock.now)),
                ("hidden_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogPart",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("rows", models.PositiveIntegerField()),
                ("bytes", models.PositiveBigIntegerField()),
                ("written_at", models.DateTimeField()),
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
        ),
        migrations.CreateModel(
            name="HiddenKey",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("hidden_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "key"), name="hidden_key_once"),
                    models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="hidden_key_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoryJob",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("paths", models.BinaryField(default=b"")),
                ("name", models.BinaryField(default=b"")),
                ("key", models.CharField(blank=True, db_index=True, default="", max_length=32)),
                ("upload", models.BooleanField(default=False)),
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
                ("path", models.PositiveIntegerField(default=0)),
                ("archive", models.PositiveIntegerField(default=0)),
                ("offset", models.PositiveBigIntegerField(default=0)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("passed", models.PositiveBigIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("left_out", models.JSONField(default=dict)),
                ("problem_count", models.PositiveIntegerField(default=0)),
                ("problems", models.BinaryField(default=b"")),
                ("refusal", models.BinaryField(default=b"")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "refused"])),
                        name="history_job_state",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("domain_key", models.CharField(max_length=32)),
                ("address", models.BinaryField()),
                ("names", models.BinaryField(default=b"")),
                ("seen_first", models.BigIntegerField()),
                ("seen_last", models.BigIntegerField()),
                ("wrote_to", models.BooleanField(default=False)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["owner", "domain_key"], name="identity_domain")],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "key"), name="identity_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True), models.Q(("address", b""), _negated=True)
                        ),
                        name="identity_sealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnAddress",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("address", models.BinaryField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "key"), name="own_address_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True), models.Q(("address", b""), _negated=True)
                        ),
                        name="own_address_sealed",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                condition=models.Q(("hidden_at__isnull", True)), fields=("owner", "key"), name="source_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="source_keyed"),
        ),
        migrations.AddIndex(
            model_name="logpart",
            index=models.Index(fields=["owner", "source"], name="log_part_of_owner"),
        ),
    ]
