from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("introductions", "0003_attempts_by_time"), ("people", "0006_by_heart")]

    operations = [
        migrations.RemoveIndex(model_name="introduction", name="introduction_desk"),
        migrations.AddIndex(
            model_name="introduction",
            index=models.Index(fields=["connector", "opened_at", "id", "state"], name="introduction_desk"),
        ),
    ]
