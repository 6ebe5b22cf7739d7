from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("people", "0004_source_of_each_card")]
    operations = [
        migrations.RemoveField(model_name="person", name="source_key"),
        migrations.RemoveField(model_name="person", name="source_kind"),
        migrations.RemoveField(model_name="person", name="source_marks"),
    ]
