from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0012_preferences")]

    operations = [
        migrations.AddField(
            model_name="connector", name="monthly", field=models.BooleanField(default=True, db_default=True)
        ),
    ]
