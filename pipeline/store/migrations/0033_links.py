"""What asking for the links of issues came to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0032_announced")]

    operations = [
        migrations.CreateModel(
            name="LinkCheckRow",
            fields=[
                ("url_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("url", models.TextField()),
                ("at", models.DateTimeField(db_index=True)),
                ("state", models.CharField(max_length=16)),
                ("reason", models.TextField(blank=True)),
            ],
            options={"db_table": "link_check"},
        ),
    ]
