from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_by_heart")]

    operations = [
        migrations.AddField(model_name="connector", name="booking", field=models.BinaryField(default=b"")),
    ]
