"""An issue that a holiday made part of a later one stays, without a place of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0036_causes")]

    operations = [
        migrations.AddField(
            model_name="issuerow",
            name="merged_into",
            field=models.CharField(blank=True, default="", max_length=8),
            preserve_default=False,
        ),
        migrations.AlterModelOptions(
            name="issuerow", options={"default_manager_name": "objects"}
        ),
    ]
