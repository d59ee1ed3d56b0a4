"""Why a source could not be read, as a kind that the desk has a sentence for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0035_receivers")]

    operations = [
        migrations.AddField(
            model_name="fetchrow",
            name="cause",
            field=models.CharField(blank=True, default="", max_length=16),
            preserve_default=False,
        ),
    ]
