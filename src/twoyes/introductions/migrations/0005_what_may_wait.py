from django.db import migrations, models

_COLUMNS = ["connector", "opened_at", "id", "state"]


class Migration(migrations.Migration):
    dependencies = [("introductions", "0004_order_of_the_desk")]

    operations = [
        migrations.RemoveIndex(model_name="introduction", name="introduction_desk"),
        migrations.AddIndex(
            model_name="introduction",
            index=models.Index(
                name="introduction_desk",
                fields=_COLUMNS,
                condition=~models.Q(state__in=["unverified", "discarded", "erased"]),
            ),
        ),
        migrations.AddIndex(
            model_name="introduction",
            index=models.Index(
                name="introduction_may_wait",
                fields=_COLUMNS,
                condition=models.Q(state__in=["waiting", "talking", "draft", "agreed"]),
            ),
        ),
    ]
