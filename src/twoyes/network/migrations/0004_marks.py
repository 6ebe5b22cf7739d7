"""How far each folder of a mailbox on a server was read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("network", "0003_promises"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="marks",
            field=models.BinaryField(default=b""),
        ),
    ]
