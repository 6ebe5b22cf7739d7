from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0010_hint_at_joined")]

    operations = [
        migrations.AddField(model_name="connector", name="resources", field=models.BinaryField(default=b"")),
    ]
