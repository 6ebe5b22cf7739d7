from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0013_monthly")]

    operations = [
        migrations.AddField(
            model_name="connector",
            name="way",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(model_name="connector", name="way_in", field=models.BinaryField(default=b"")),
        migrations.AddConstraint(
            model_name="connector",
            constraint=models.CheckConstraint(
                name="connector_way",
                condition=models.Q(way="") | models.Q(way__in=["mailbox", "draft"]) & ~models.Q(way_in=b""),
            ),
        ),
    ]
