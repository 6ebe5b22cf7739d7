from django.db import migrations

from twoyes.introductions import triggers


class Migration(migrations.Migration):
    dependencies = [("introductions", "0001_letters_and_journal")]
    operations = [migrations.RunPython(triggers.create, triggers.drop)]
