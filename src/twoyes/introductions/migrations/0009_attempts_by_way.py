from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("introductions", "0008_one_monthly")]

    operations = [
        migrations.AddField(model_name="sendattempt", name="way", field=models.CharField(max_length=10, null=True)),
    ]
