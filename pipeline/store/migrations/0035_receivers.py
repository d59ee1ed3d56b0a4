"""What the receivers' domains have taught the sender: the next run begins with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0034_counts")]

    operations = [
        migrations.CreateModel(
            name="ReceiverRow",
            fields=[
                ("domain", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("rate", models.FloatField()),
                ("connections", models.PositiveSmallIntegerField()),
                ("shut_until", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "receiver"},
        ),
    ]
