from django.db import migrations, models

import twoyes.lib.ids


class Migration(migrations.Migration):
    dependencies = [("introductions", "0009_attempts_by_way")]

    operations = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=twoyes.lib.ids.new_id, editable=False, max_length=12, primary_key=True, serialize=False
                    ),
                ),
                ("side", models.CharField(max_length=10)),
                ("at", models.DateTimeField(db_index=True)),
                ("released", models.BooleanField(default=False)),
                (
                    "introduction",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="introductions.introduction"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("introduction", "side"), name="complaint_once")],
            },
        ),
    ]
