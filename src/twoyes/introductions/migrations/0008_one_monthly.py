from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("introductions", "0007_returned")]

    operations = [
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                name="one_monthly",
                fields=["connector", "due_at"],
                condition=models.Q(kind="monthly") & ~models.Q(state="dropped"),
            ),
        ),
    ]
