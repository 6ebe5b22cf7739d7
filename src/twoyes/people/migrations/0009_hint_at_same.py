from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0008_same_person")]

    operations = [
        migrations.AddField(
            model_name="connector", name="maybe_same", field=models.PositiveIntegerField(db_default=0, default=0)
        ),
    ]
