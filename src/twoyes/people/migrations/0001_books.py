import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import twoyes.lib.clock
import twoyes.lib.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Community",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id,
                        editable=False,
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=200)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Connector",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id,
                        editable=False,
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("handle", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                ("address", models.BinaryField(default=b"")),
                ("address_key", models.CharField(blank=True, default="", max_length=32)),
                ("language", models.CharField(default="en", max_length=16)),
                ("zone", models.CharField(default="UTC", max_length=64)),
                ("published", models.BooleanField(default=True)),
                ("removed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=twoyes.lib.clock.now)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.community"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delegate",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id,
                        editable=False,
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("address", models.BinaryField(default=b"")),
                ("address_key", models.CharField(blank=True, default="", max_length=32)),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "connector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id,
                        editable=False,
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("organisation", models.CharField(blank=True, default="", max_length=200)),
                ("position", models.CharField(blank=True, default="", max_length=200)),
                ("known_since", models.DateField(null=True)),
                ("notes", models.BinaryField(default=b"")),
                ("search", models.CharField(blank=True, default="", max_length=1000)),
                ("source_kind", models.CharField(blank=True, default="", max_length=20)),
                ("source_key", models.CharField(blank=True, default="", max_length=32)),
                ("source_marks", models.JSONField(default=dict)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.connector"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id,
                        editable=False,
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("email", "Email"), ("phone", "Phone"), ("profile", "Profile")],
                        max_length=10,
                    ),
                ),
                ("value", models.BinaryField()),
                ("key", models.CharField(db_index=True, max_length=32)),
                ("domain_key", models.CharField(blank=True, db_index=True, default="", max_length=32)),
                ("rank", models.PositiveSmallIntegerField(default=0)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id,
                        editable=False,
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.CharField(db_index=True, max_length=32)),
                ("next_ask_at", models.DateTimeField(null=True)),
                ("slot", models.CharField(blank=True, default="", max_length=12)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.community"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id,
                        editable=False,
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("subject_key", models.CharField(db_index=True, max_length=32)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("this_person", "This Person"),
                            ("this_connector", "This Connector"),
                            ("anyone", "Anyone"),
                        ],
                        max_length=20,
                    ),
                ),
                ("about", models.CharField(blank=True, default="", max_length=32)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("never", "Never"),
                            ("not_me", "Not Me"),
                            ("standing_yes", "Standing Yes"),
                            ("erased", "Erased"),
                        ],
                        max_length=20,
                    ),
                ),
                ("introduction", models.CharField(blank=True, db_index=True, default="", max_length=12)),
                ("at", models.DateTimeField()),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.community"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="connector",
            constraint=models.UniqueConstraint(fields=("handle",), name="connector_handle"),
        ),
        migrations.AddConstraint(
            model_name="connector",
            constraint=models.UniqueConstraint(fields=("user",), name="connector_user_once"),
        ),
        migrations.AddConstraint(
            model_name="connector",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("address_key",),
                name="connector_address_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="connector",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("removed_at__isnull", True),
                        ("user__isnull", False),
                        models.Q(("name", ""), _negated=True),
                        models.Q(("address_key", ""), _negated=True),
                        models.Q(("address", b""), _negated=True),
                    ),
                    models.Q(
                        ("address", b""),
                        ("address_key", ""),
                        ("name", ""),
                        ("removed_at__isnull", False),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="connector_live_or_removed",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("connector", "address_key"),
                name="delegate_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("removed_at__isnull", True),
                        ("user__isnull", False),
                        models.Q(("address_key", ""), _negated=True),
                        models.Q(("address", b""), _negated=True),
                    ),
                    models.Q(
                        ("address", b""),
                        ("address_key", ""),
                        ("name", ""),
                        ("removed_at__isnull", False),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="delegate_live_or_removed",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["owner", "known_since"], name="person_owner_since"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=("owner", "source_kind", "source_key"),
                name="card_source_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at__isnull", True), models.Q(("name", ""), _negated=True)),
                    models.Q(
                        ("erased_at__isnull", False),
                        ("known_since__isnull", True),
                        ("name", ""),
                        ("notes", b""),
                        ("organisation", ""),
                        ("position", ""),
                        ("search", ""),
                        ("source_key", ""),
                    ),
                    _connector="OR",
                ),
                name="card_named_or_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.UniqueConstraint(fields=("person", "kind", "key"), name="contact_point_once"),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["email", "phone", "profile"])), name="contact_point_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("key", ""), _negated=True), models.Q(("value", b""), _negated=True)),
                name="contact_point_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(fields=("community", "key"), name="subject_key"),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(condition=models.Q(("key", ""), _negated=True), name="subject_has_key"),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.UniqueConstraint(
                fields=("community", "subject_key", "kind", "scope", "about", "introduction"),
                name="wish_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["never", "not_me", "standing_yes", "erased"])),
                name="wish_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="wish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("scope__in", ["this_person", "this_connector"]),
                        models.Q(("about", ""), _negated=True),
                    ),
                    models.Q(("about", ""), ("scope", "anyone")),
                    _connector="OR",
                ),
                name="wish_scope",
            ),
        ),
    ]
