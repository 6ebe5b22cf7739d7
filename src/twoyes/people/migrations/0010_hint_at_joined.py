from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0009_hint_at_same")]

    operations = [
        migrations.AddField(
            model_name="connector", name="joined_alone", field=models.PositiveIntegerField(db_default=0, default=0)
        ),
    ]
