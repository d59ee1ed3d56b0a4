"""Two columns that were written and that nobody read."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("store", "0037_merged")]

    operations = [
        migrations.RemoveField(model_name="articlerow", name="revised_at"),
        migrations.RemoveField(model_name="subscriberrow", name="import_ref"),
    ]
